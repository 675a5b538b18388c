const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The ids in a text, one a line or with spaces or commas between; undefined when something else is in it. */
export function idsOf(text: string): string[] | undefined {
  const words = text.split(/[\s,，;；]+/).filter(Boolean);
  return words.every((w) => id.test(w)) ? words : undefined;
}
