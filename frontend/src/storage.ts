/** Values that the browser stores for the site. In a browser that refuses storage nothing is stored, without an error. */

export function recall<T>(
  storage: () => Storage,
  key: string,
  fallback: T,
  isValid: (value: unknown) => value is T,
): T {
  try {
    const value: unknown = JSON.parse(storage().getItem(key) ?? "null");
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

export function remember(storage: () => Storage, key: string, value: unknown): void {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // full or forbidden
  }
}

export const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
export const isText = (value: unknown): value is string => typeof value === "string";

/** Functions, since naming a storage throws in a browser that forbids it. */
export const persistent = (): Storage => localStorage;
export const thisTab = (): Storage => sessionStorage;
