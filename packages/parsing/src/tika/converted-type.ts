/** Of a document that another reader made markup of: XHTML in UTF-8, all of it the document's. */
export const convertedMediaType = 'application/vnd.winnow.converted+xhtml';
