/** What somebody has filled in, as pdf.js gives it. */
interface Widget {
  readonly subtype?: unknown;
  readonly fieldType?: unknown;
  readonly fieldName?: unknown;
  readonly alternativeText?: unknown;
  readonly fieldValue?: unknown;
  readonly hidden?: unknown;
  readonly password?: unknown;
  readonly pushButton?: unknown;
}

/** Longest name or value that is taken, in UTF-16 code units. */
const maxLength = 32_000;

/**
 * The values of a page's form fields, a line each, `Name of the applicant: Grace Hopper`: they are drawn over the page, and
 * are no text of it. A button that is not set, a field that is hidden or has a password, and an empty one have none.
 */
export function fieldValues(annotations: readonly unknown[]): readonly string[] {
  const lines = annotations.flatMap((annotation) => {
    const widget: Widget = Object(annotation);
    const { subtype, hidden, password, pushButton, alternativeText, fieldName } = widget;
    if (subtype !== 'Widget' || hidden === true || password === true || pushButton === true) return [];
    const value = shownValue(widget);
    const name = textOf(alternativeText) || textOf(fieldName);
    return value === '' ? [] : [name === '' ? value : `${name}: ${value}`];
  });
  // Each button of a group says what is chosen in it.
  return [...new Set(lines)];
}

function shownValue({ fieldType, fieldValue }: Widget): string {
  const value = Array.isArray(fieldValue) ? fieldValue.map(textOf).join(', ') : textOf(fieldValue);
  return fieldType === 'Btn' && value === 'Off' ? '' : value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, maxLength).replace(/\s+/g, ' ').trim() : '';
}
