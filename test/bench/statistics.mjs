const sorted = (values) => [...values].sort((a, b) => a - b);

export const percentile = (values, fraction) =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * fraction))];

export const median = (values) => percentile(values, 0.5);
