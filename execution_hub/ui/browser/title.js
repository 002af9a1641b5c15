// The title of the browser's tab: what the page shows, and what happens elsewhere while another tab is in front.
import { useEffect } from "react";
import { marked, titled } from "./title_mark.js";

// The router sets the title at every navigation, so it is looked at again and again.
export const Title = ({ name, count, needs }) => {
  useEffect(() => {
    const set = () => {
      const wanted = marked(titled(name) || document.title, count, needs);
      if (document.title !== wanted) document.title = wanted;
    };
    set();
    const timer = setInterval(set, 1000);
    return () => clearInterval(timer);
  }, [name, count, needs]);
  return null;
};
