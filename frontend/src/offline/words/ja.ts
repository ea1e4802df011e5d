import type { Words } from "./en";

export const words: Words = {
  offline: "接続がありません。このまま書き続けられます。採点したものはここに保存され、あとで読み取られます。",
  kept: (count) => `${count}字をここに保存しています。接続が戻りしだい、書いた順に送ります。`,
  sending: (count) => `${count}字を送っています…`,
  lost: (count) => `${count}字がまだ送られていません。今ログアウトすると失われます。`,
  sent: "保存していたものは、すべて送りました。",
  sendNow: "今すぐ送る",
};
