// The document is built once for all: only the browser can change what it says of its language.
import { useEffect } from "react";

export const PageLanguage = ({ locale }) => {
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return null;
};
