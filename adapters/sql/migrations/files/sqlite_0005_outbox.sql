CREATE TABLE userharbor_outbox (
  id VARCHAR(64) NOT NULL,
  created_at DATETIME NOT NULL,
  user_id VARCHAR(255),
  body TEXT NOT NULL,
  due_at DATETIME,
  attempts INTEGER NOT NULL DEFAULT 0,
  serial BIGINT NOT NULL DEFAULT 0,
  buried_at DATETIME,
  reason VARCHAR(64),
  PRIMARY KEY (id)
);
CREATE INDEX ix_userharbor_outbox_due_at ON userharbor_outbox (due_at);
CREATE INDEX ix_userharbor_outbox_buried_at ON userharbor_outbox (buried_at);
