/** The same in Japanese. */

import type { Words } from "./en";

export const words: Words = {
  title: "共有",
  drawing: "画像を作成しています…",
  picture: (character, legibility) => `あなたの書いた「${character}」、印と点数（${legibility}点）、お手本`,
  message: (character, legibility) => `「${character}」を書きました。100点満点中${legibility}点。`,
  share: "画像を共有",
  save: "画像を保存",
  copy: "画像をコピー",
  copied: "コピーしました。",
  notCopied: "このブラウザーではコピーできません。",
  notShared: "共有できませんでした。画像を保存することはできます。",
  nothing: "共有できる点数がありません。",

  link: "ページとして共有",
  linkMeans:
    "リンクを知っている人は、書いた字、点数、日付を見られます。名前は表示されません。いつでも共有をやめられます。",
  makeLink: "リンクを作成",
  signIn: "ログインしてリンクを作成",
  linkLabel: "このリンクを知っている人は見られます",
  copyLink: "リンクをコピー",
  open: "開く",
  stop: "共有をやめる",
  stopped: "共有をやめました。リンクは使えなくなりました。",
};
