// Addresses in an untrusted text. Pure.

// An address that may be a link; anything but http, https and mailto is not.
export const safeUrl = (url) => (/^(https?:|mailto:)/i.test(url ?? "") ? url : "");

export const readable = (url) => {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
};

// 17 B, 3 kB, 1.5 MB.
export const sizeText = (bytes) => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999500 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1000000).toFixed(1)} MB`;
};

// How many bytes a `data:` address holds, or held before cut.js took them out.
export const dataSize = (src) => {
  const told = /^data:[^,]*;size=(\d+)/.exec(src);
  if (told) return Number(told[1]);
  const data = src.slice(src.indexOf(",") + 1);
  return /^data:[^,]*;base64,/i.test(src) ? Math.floor((data.replace(/=+$/, "").length * 3) / 4) : data.length;
};
