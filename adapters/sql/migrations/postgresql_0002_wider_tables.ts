/**
 * Adds what Python's tables lack. Each new column fills itself in rows that Python inserts.
 *
 * Of several tokens of one kind for one user only the latest stays: from here on there is one. Pages of accounts are
 * in the order of code points, whatever the database's collation. Only sessions that know a client are in the index by
 * which a purge finds them. Records refer to accounts without a foreign key: they outlive them.
 *
 * Nothing is adopted whose accounts are in another table. Nobody can verify an account that holds no address: whoever
 * does not know of displaced accounts, as Python, would leave two verified accounts with one address.
 */
export const widerTables: string = `
CREATE TABLE userharbor_adoption (
  accounts_in VARCHAR(255) NOT NULL,
  CONSTRAINT "accounts in another table than userharbor_users" CHECK (accounts_in = 'userharbor_users')
);
INSERT INTO userharbor_adoption
  SELECT referred.relname FROM pg_catalog.pg_constraint key
  JOIN pg_catalog.pg_class referred ON referred.oid = key.confrelid
  WHERE key.contype = 'f' AND referred.relname <> 'userharbor_roles'
    AND key.conrelid IN (CAST('userharbor_sessions' AS regclass), CAST('userharbor_user_roles' AS regclass));
DROP TABLE userharbor_adoption;

ALTER TABLE userharbor_users
  ADD COLUMN id VARCHAR(255) NOT NULL DEFAULT CAST(gen_random_uuid() AS VARCHAR(255)),
  ADD COLUMN claimed_email VARCHAR(320),
  ADD COLUMN created_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN serial BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
  ADD CONSTRAINT ck_userharbor_users_verified CHECK (claimed_email IS NULL OR NOT verified);

DELETE FROM userharbor_email_verifications earlier USING userharbor_email_verifications later
  WHERE earlier.username = later.username
    AND (earlier.expires_at, earlier.token_hash) < (later.expires_at, later.token_hash);
ALTER TABLE userharbor_email_verifications
  ADD COLUMN email VARCHAR(320),
  ADD COLUMN created_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE userharbor_sessions
  ADD COLUMN id VARCHAR(255) NOT NULL DEFAULT CAST(gen_random_uuid() AS VARCHAR(255)),
  ADD COLUMN created_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN client_address VARCHAR(64),
  ADD COLUMN client_user_agent VARCHAR(512);

DELETE FROM userharbor_password_resets earlier USING userharbor_password_resets later
  WHERE earlier.username = later.username
    AND (earlier.expires_at, earlier.token_hash) < (later.expires_at, later.token_hash);
ALTER TABLE userharbor_password_resets
  ADD COLUMN created_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE userharbor_records (
  id VARCHAR(64) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  user_id VARCHAR(255),
  body TEXT NOT NULL,
  PRIMARY KEY (id)
);

CREATE UNIQUE INDEX ix_userharbor_users_id ON userharbor_users (id);
CREATE INDEX ix_userharbor_users_verified_created_at ON userharbor_users (verified, created_at);
CREATE INDEX ix_userharbor_users_username_key_c ON userharbor_users (username_key COLLATE "C");
CREATE INDEX ix_userharbor_users_email_c ON userharbor_users (email COLLATE "C");
CREATE UNIQUE INDEX ux_userharbor_email_verifications_username ON userharbor_email_verifications (username);
CREATE INDEX ix_userharbor_email_verifications_expires_at ON userharbor_email_verifications (expires_at);
CREATE UNIQUE INDEX ix_userharbor_sessions_id ON userharbor_sessions (id);
CREATE INDEX ix_userharbor_sessions_expires_at ON userharbor_sessions (expires_at);
CREATE INDEX ix_userharbor_sessions_client_created_at ON userharbor_sessions (created_at)
  WHERE client_address IS NOT NULL OR client_user_agent IS NOT NULL;
CREATE UNIQUE INDEX ux_userharbor_password_resets_username ON userharbor_password_resets (username);
CREATE INDEX ix_userharbor_password_resets_expires_at ON userharbor_password_resets (expires_at);
CREATE INDEX ix_userharbor_user_roles_role ON userharbor_user_roles (role);
CREATE INDEX ix_userharbor_role_permissions_permission ON userharbor_role_permissions (permission);
CREATE INDEX ix_userharbor_records_kind_created_at ON userharbor_records (kind, created_at);
CREATE INDEX ix_userharbor_records_user_id ON userharbor_records (user_id);
`;
