/** Creates elements of the page. */

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export const button = (text: string, className: string, onclick: () => unknown): HTMLButtonElement =>
  element("button", { type: "button", className, onclick }, text);
