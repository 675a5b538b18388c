/** Attachments. */
export const attachments = {
  title: 'Attachments', none: 'No files.', add: 'Add a file', file: 'Choose a file', purpose: 'What the file is for',
  types: 'PDF, pictures, office documents without macros, sound; 20 MB each. A file cannot be changed or removed once added, and every download is logged.',
  tooLarge: '“{{name}}” is larger than 20 MB.', notTaken: 'The file is not taken: by its content it must be a PDF, a picture, an office document without macros, or sound; signatures and photos must be pictures.',
} as const;
