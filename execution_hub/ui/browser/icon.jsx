// An icon of what is drawn in the browser alone. Its path comes from the icons of components/icons.py, as a prop.

export const Icon = ({ icons, name }) => (
  <svg className={name === "running" ? "i spin" : "i"} viewBox="0 0 24 24" aria-hidden={true}>
    <path d={icons[name] ?? icons.agent} />
  </svg>
);
