ALTER TABLE userharbor_users ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE userharbor_users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT 0;

ALTER TABLE userharbor_sessions ADD COLUMN client_address VARCHAR(64);
ALTER TABLE userharbor_sessions ADD COLUMN client_user_agent VARCHAR(512);
CREATE INDEX ix_userharbor_sessions_client_created_at ON userharbor_sessions (created_at)
  WHERE client_address IS NOT NULL OR client_user_agent IS NOT NULL;

CREATE TABLE userharbor_records (
  id VARCHAR(64) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  created_at DATETIME NOT NULL,
  user_id VARCHAR(255),
  body TEXT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX ix_userharbor_records_kind_created_at ON userharbor_records (kind, created_at);
CREATE INDEX ix_userharbor_records_user_id ON userharbor_records (user_id);
