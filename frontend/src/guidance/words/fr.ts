/** The same in French. */

import type { Words } from "./en";

export const words: Words = {
  guidance: "Aide",
  choices: {
    memory: "De mémoire",
    hints: "Avec indices",
    fading: "Modèle qui s’efface",
    trace: "Repasser le modèle",
  },
  explanations: {
    memory: "Feuille blanche. Vous pouvez afficher le modèle à tout moment.",
    hints: "Feuille blanche. Après deux traits manqués, le trait suivant s’affiche.",
    fading:
      "Le modèle s’efface à mesure que vous écrivez. Après deux traits manqués, le trait suivant s’affiche.",
    trace: "Le modèle est sous votre tracé.",
  },
  hint: (stroke) => `Indice : trait ${stroke}`,
  show: "Afficher le modèle",
  hide: "Masquer le modèle",
  sawReference: "Modèle visible : à revoir d’ici une semaine.",
};
