/** The same in Japanese. */

import type { Words } from "./en";

export const words: Words = {
  title: "共有する",
  close: "閉じる",
  drawing: "画像を描いています…",
  picture: (character, legibility) =>
    `あなたの書いた「${character}」。評価のしるしと100点満点中${legibility}点、お手本つき`,
  message: (character, legibility) => `「${character}」を書きました。100点満点中${legibility}点。`,
  share: "画像を共有",
  save: "画像を保存",
  copy: "画像をコピー",
  copied: "コピーしました。",
  notCopied: "このブラウザーではコピーできません。",
  notShared: "うまくいきませんでした。画像を保存してください。",
  nothing: "共有できる点数がありません。",

  link: "ページとして共有",
  linkMeans:
    "リンクを知っている人に、書いた字と点数と日付が見えます。だれのものかは示されません。いつでもやめられます。",
  makeLink: "リンクを作る",
  signIn: "ログインしてリンクを作る",
  linkLabel: "このリンクを知っている人は見られます",
  copyLink: "リンクをコピー",
  see: "見る",
  stop: "共有をやめる",
  stopped: "共有をやめました。リンクは使えなくなりました。",
};
