/** Copy a text. Resolves to whether the browser allowed it: pages served without TLS have no clipboard. */
export const copyText = (text: string): Promise<boolean> =>
  (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
    () => true,
    () => false,
  );
