/**
 * Adds the counts of attempts. They refer to nobody: a key may stand for an account, an address or a network.
 *
 * Keys are bytes, because text compares without regard to spaces at its end.
 */
export const throttle: string = `
CREATE TABLE IF NOT EXISTS userharbor_throttle (
  throttle_key VARBINARY(255) NOT NULL,
  attempts BIGINT NOT NULL,
  window_ends_at DATETIME(6) NOT NULL,
  pause_ends_at DATETIME(6),
  serial BIGINT NOT NULL,
  PRIMARY KEY (throttle_key),
  KEY ix_userharbor_throttle_window_ends_at (window_ends_at)
) ENGINE=InnoDB;
`;
