/** The embedded index, within the data folder. */
export const indexFile = 'winnow.db';
