import { z } from 'zod';

/** Where a passage stands, of formats that have such places; the others leave the fields out. */
export const placeFields = {
  page: z.int().optional().describe('Of a PDF, from 1.'),
  slide: z.int().optional().describe('Of a presentation, from 1.'),
  sheet: z.string().optional().describe('Of a workbook, by name.'),
};
