/** What the browser remembers for this page. A browser that refuses storage forgets, and that's all. */

export function recall<T>(
  storage: () => Storage,
  key: string,
  otherwise: T,
  isValid: (value: unknown) => value is T,
): T {
  try {
    const value: unknown = JSON.parse(storage().getItem(key) ?? "null");
    return isValid(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(storage: () => Storage, key: string, value: unknown): void {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // full or forbidden
  }
}

export const isText = (value: unknown): value is string => typeof value === "string";

/** Behind functions: in a browser that forbids storage, merely naming it throws. */
export const always = (): Storage => localStorage;
export const thisTab = (): Storage => sessionStorage;
