/**
 * Adds the mails of an outbox, each until it is delivered: due at an instant, or buried, with the reason.
 *
 * They refer to accounts without a foreign key: a notice of a deletion outlives the account.
 */
export const outbox: string = `
CREATE TABLE IF NOT EXISTS userharbor_outbox (
  id VARCHAR(64) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  user_id VARCHAR(255),
  body TEXT NOT NULL,
  due_at DATETIME(6),
  attempts INTEGER NOT NULL DEFAULT 0,
  serial BIGINT NOT NULL DEFAULT 0,
  buried_at DATETIME(6),
  reason VARCHAR(64),
  PRIMARY KEY (id),
  KEY ix_userharbor_outbox_due_at (due_at),
  KEY ix_userharbor_outbox_buried_at (buried_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
`;
