import type { Words } from "./en";

export const words: Words = {
  refusals: {
    unreachable:
      "接続がありません。写真はあとで送るために保存できません。オンラインになってから、もう一度お試しください。",
    not_a_picture: "このファイルは画像として開けません。JPEG、PNG、WebPのいずれかを選んでください。",
    nothing_written:
      "写真に手書きの文字が見つかりません。明るさにむらのない場所で、一字を近くから撮ってください。",
    several_characters: "写真に文字が二つ以上あります。一字だけを切り抜くか、撮り直してください。",
    unreadable_image: "画像が壊れています。ほかの写真を撮るか、選んでください。",
    unknown_image_format: "JPEG、PNG、WebP以外の画像です。いずれかの形式で保存してください。",
    too_large: "画像が大きすぎます。文字のところだけを切り抜いてください。",
    too_many_pixels: "画像が大きすぎます。文字のところだけを切り抜いてください。",
    too_many_pixels_for_format: "画像が大きすぎます。文字のところだけを切り抜いてください。",
    too_many_images: "ただいま写真の読み取りが混み合っています。数秒後にもう一度お試しください。",
    storage_unavailable: "ただいま写真を保存できません。1分ほどあとにもう一度お試しください。",
    overloaded: "ただいま混み合っています。数秒後にもう一度お試しください。",
    throttled: "送った写真が多すぎます。1分ほど待ってから、もう一度お試しください。",
  },
  whichOne: "どの文字ですか？",
  choose: "写真に文字が二つ以上あります。採点する文字を選んでください。",
  box: (number, all) => `${all}字のうち${number}字目`,
  cancel: "キャンセル",
};
