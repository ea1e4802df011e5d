/** The same in French. */

import type { Words } from "./en";

export const words: Words = {
  title: "Partager",
  drawing: "Création de l’image…",
  picture: (character, legibility) =>
    `${character} écrit par vous, son signe et sa note de ${legibility} sur 100, et le modèle`,
  message: (character, legibility) => `J’ai écrit ${character} : ${legibility} sur 100.`,
  share: "Partager l’image",
  save: "Enregistrer l’image",
  copy: "Copier l’image",
  copied: "Copié.",
  notCopied: "Votre navigateur ne permet pas de copier.",
  notShared: "Le partage a échoué. Vous pouvez enregistrer l’image.",
  nothing: "Il n’y a pas de note à partager.",

  link: "Partager une page",
  linkMeans:
    "Toute personne qui a le lien voit votre essai, sa note et la date, mais pas votre nom. Vous pouvez arrêter le partage à tout moment.",
  makeLink: "Créer un lien",
  signIn: "Connectez-vous pour créer un lien",
  linkLabel: "Visible par toute personne qui a ce lien",
  copyLink: "Copier le lien",
  open: "Ouvrir",
  stop: "Arrêter le partage",
  stopped: "Le partage est arrêté. Le lien ne fonctionne plus.",
};
