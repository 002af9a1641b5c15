// Which settings a model lacks, as its provider says. Pure.

// The provider of a model that has no setting for a field; nothing where it has one, or where nobody says.
export const lackOf = (offers, model, field) => {
  const offer = offers.find(({ name }) => name === model);
  return offer?.lacks.includes(field) ? offer.provider : "";
};
