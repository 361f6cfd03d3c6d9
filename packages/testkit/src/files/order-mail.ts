/** A mail of a sentence, with a list attached as `list.txt`. */
export function orderMail(list: string): string {
  return [
    'From: Ada <ada@example.com>',
    'Subject: Order',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'The list is attached.',
    '--part',
    'Content-Type: text/plain',
    'Content-Disposition: attachment; filename="list.txt"',
    '',
    list,
    '--part--',
    '',
  ].join('\r\n');
}
