/** Every text of sharing, in English; the other languages have the same. */

export const words = {
  title: "Share it",
  close: "Close",
  drawing: "Drawing the picture…",
  picture: (character: string, legibility: number) =>
    `${character} as you wrote it, its mark and ${legibility} out of 100, and how it is written`,
  message: (character: string, legibility: number) => `I wrote ${character}: ${legibility} out of 100.`,
  share: "Share the picture",
  save: "Save the picture",
  copy: "Copy the picture",
  copied: "Copied.",
  notCopied: "Your browser doesn’t let me copy it.",
  notShared: "That didn’t work. Save the picture instead.",
  nothing: "There is no score to share.",

  link: "Or as a page",
  linkMeans:
    "A link lets others see the writing, its score and the day. It doesn’t say whose it is, and you can end it at any time.",
  makeLink: "Make a link",
  signIn: "Sign in to make a link",
  linkLabel: "Whoever has this link can see it",
  copyLink: "Copy the link",
  see: "See it",
  stop: "Stop sharing",
  stopped: "It isn’t shared any more: its link is gone.",
};

export type Words = typeof words;
