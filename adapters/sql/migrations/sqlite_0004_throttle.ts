/** Adds the counts of attempts. They refer to nobody: a key may stand for an account, an address or a network. */
export const throttle: string = `
CREATE TABLE userharbor_throttle (
  throttle_key VARCHAR(255) NOT NULL,
  attempts BIGINT NOT NULL,
  window_ends_at DATETIME NOT NULL,
  pause_ends_at DATETIME,
  serial BIGINT NOT NULL,
  PRIMARY KEY (throttle_key)
);
CREATE INDEX ix_userharbor_throttle_window_ends_at ON userharbor_throttle (window_ends_at);
`;
