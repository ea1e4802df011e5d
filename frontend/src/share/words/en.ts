/** The texts of the sharing dialog, in English. The other languages have the same keys. */

export const words = {
  title: "Share",
  drawing: "Drawing the picture…",
  picture: (character: string, legibility: number) =>
    `${character} as you wrote it, its mark and score, ${legibility} out of 100, and the reference`,
  message: (character: string, legibility: number) => `I wrote ${character}: ${legibility} out of 100.`,
  share: "Share picture",
  save: "Save picture",
  copy: "Copy picture",
  copied: "Copied.",
  notCopied: "Your browser doesn’t allow copying.",
  notShared: "Sharing failed. You can save the picture instead.",
  nothing: "There is no score to share.",

  link: "Share as a page",
  linkMeans:
    "Anyone with the link can see the character as you wrote it, its score and the date, but not your name. You can stop sharing at any time.",
  makeLink: "Create link",
  signIn: "Sign in to create a link",
  linkLabel: "Anyone with this link can see it",
  copyLink: "Copy link",
  open: "Open",
  stop: "Stop sharing",
  stopped: "No longer shared. The link no longer works.",
};

export type Words = typeof words;
