// The texts as the interface has them, so that a better word there breaks no test here.

import texts from "../../app/locales/en.json";

export { texts };

/** A text with its places filled: `{{ name }}`. */
export function filled(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (place, name: string) => String(values[name] ?? place));
}

/** A pattern for a text whose places may hold anything. */
export function pattern(text: string): RegExp {
  const parts = text.split(/\{\{\s*\w+\s*\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(".+?"));
}
