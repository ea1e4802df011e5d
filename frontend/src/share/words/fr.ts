/** The same in French. */

import type { Words } from "./en";

export const words: Words = {
  title: "Partager",
  close: "Fermer",
  drawing: "L’image se dessine…",
  picture: (character, legibility) =>
    `${character} de votre main, sa marque et ${legibility} sur 100, et comment on l’écrit`,
  message: (character, legibility) => `J’ai écrit ${character} : ${legibility} sur 100.`,
  share: "Partager l’image",
  save: "Enregistrer l’image",
  copy: "Copier l’image",
  copied: "C’est copié.",
  notCopied: "Votre navigateur ne permet pas de la copier.",
  notShared: "Cela n’a pas marché. Enregistrez plutôt l’image.",
  nothing: "Il n’y a pas de note à partager.",

  link: "Ou par une page",
  linkMeans:
    "Un lien montre à d’autres l’écriture, sa note et le jour. Il ne dit pas de qui elle est, et vous pouvez y mettre fin à tout moment.",
  makeLink: "Créer un lien",
  signIn: "Se connecter pour créer un lien",
  linkLabel: "Qui a ce lien peut la voir",
  copyLink: "Copier le lien",
  see: "La voir",
  stop: "Ne plus partager",
  stopped: "Elle n’est plus partagée : son lien n’existe plus.",
};
