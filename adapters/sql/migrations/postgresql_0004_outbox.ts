/**
 * Adds the mails of an outbox, each until it is delivered: due at an instant, or buried, with the reason.
 *
 * They refer to accounts without a foreign key: a notice of a deletion outlives the account.
 */
export const outbox: string = `
CREATE TABLE userharbor_outbox (
  id VARCHAR(64) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  user_id VARCHAR(255),
  body TEXT NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE,
  attempts INTEGER NOT NULL DEFAULT 0,
  serial BIGINT NOT NULL DEFAULT 0,
  buried_at TIMESTAMP WITH TIME ZONE,
  reason VARCHAR(64),
  PRIMARY KEY (id)
);
CREATE INDEX ix_userharbor_outbox_due_at ON userharbor_outbox (due_at);
CREATE INDEX ix_userharbor_outbox_buried_at ON userharbor_outbox (buried_at);
`;
