import type { Words } from "./en";

export const words: Words = {
  refusals: {
    unreachable:
      "Pas de connexion. Une photo ne peut pas être gardée pour plus tard : réessayez une fois en ligne.",
    not_a_picture:
      "Votre navigateur ne peut pas ouvrir ce fichier comme image. Choisissez un fichier JPEG, PNG ou WebP.",
    nothing_written:
      "Aucune écriture n’a été trouvée sur l’image. Photographiez un seul caractère, de près, sous une lumière uniforme.",
    several_characters:
      "L’image montre plusieurs caractères. Recadrez-la sur le bon, ou prenez une autre photo.",
    unreadable_image: "L’image est endommagée. Prenez ou choisissez une autre photo.",
    unknown_image_format:
      "L’image n’est ni un JPEG, ni un PNG, ni un WebP. Enregistrez-la dans l’un de ces formats.",
    too_large: "L’image est trop grande. Recadrez-la sur le caractère.",
    too_many_pixels: "L’image est trop grande. Recadrez-la sur le caractère.",
    too_many_pixels_for_format: "L’image est trop grande. Recadrez-la sur le caractère.",
    too_many_images: "De nombreuses images sont en cours de lecture. Réessayez dans quelques secondes.",
    storage_unavailable:
      "Les images ne peuvent pas être enregistrées pour le moment. Réessayez dans une minute.",
    overloaded: "Le site est très sollicité. Réessayez dans quelques secondes.",
    throttled: "Vous avez envoyé trop de photos. Attendez une minute, puis réessayez.",
  },
  whichOne: "Quel caractère ?",
  choose: "L’image montre plusieurs caractères. Choisissez celui à noter.",
  box: (number, all) => `Caractère ${number} sur ${all}`,
  cancel: "Annuler",
};
