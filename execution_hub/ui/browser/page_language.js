// The document is built once for all: only the browser can change what it says of its language.
import { useEffect } from "react";

export const PageLanguage = ({ language }) => {
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  return null;
};
