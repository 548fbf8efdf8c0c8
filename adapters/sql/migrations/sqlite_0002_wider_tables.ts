/**
 * Adds what Python's tables lack. Each new column fills itself in rows that Python inserts; where that takes a random
 * value, by a trigger, since SQLite adds no column with such a default to a table with rows. No table is made anew: an
 * application may have columns of its own there, and tables whose rows would go with the accounts they refer to.
 *
 * Rows that refer to a missing user, role or permission are dropped (SQLite keeps them while foreign keys are off), and
 * of several tokens of one kind for one user all but the latest. So nothing may be adopted whose accounts are elsewhere.
 *
 * Nobody can verify an account that holds no address: whoever does not know of displaced accounts, as Python, would
 * leave two verified accounts with one address.
 */
export const widerTables: string = `
CREATE TABLE userharbor_adoption (
  accounts_in VARCHAR(255) NOT NULL,
  CONSTRAINT "accounts in another table than userharbor_users" CHECK (accounts_in = 'userharbor_users')
);
INSERT INTO userharbor_adoption
  SELECT "table" FROM pragma_foreign_key_list('userharbor_sessions') WHERE "from" = 'username' UNION ALL
  SELECT "table" FROM pragma_foreign_key_list('userharbor_user_roles') WHERE "from" = 'username';
DROP TABLE userharbor_adoption;

ALTER TABLE userharbor_users ADD COLUMN id VARCHAR(255);
ALTER TABLE userharbor_users ADD COLUMN claimed_email VARCHAR(320);
ALTER TABLE userharbor_users ADD COLUMN created_at DATETIME;
ALTER TABLE userharbor_users ADD COLUMN serial INTEGER NOT NULL DEFAULT 0;
UPDATE userharbor_users SET id = lower(hex(randomblob(16)));
CREATE TRIGGER tr_userharbor_users_id AFTER INSERT ON userharbor_users WHEN NEW.id IS NULL
  BEGIN UPDATE userharbor_users SET id = lower(hex(randomblob(16))) WHERE username = NEW.username; END;
CREATE TRIGGER tr_userharbor_users_verified BEFORE UPDATE OF verified, claimed_email ON userharbor_users
  WHEN NEW.verified AND NEW.claimed_email IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'Cannot verify the account: another one holds its address'); END;

DELETE FROM userharbor_email_verifications WHERE username NOT IN (SELECT username FROM userharbor_users);
DELETE FROM userharbor_email_verifications WHERE EXISTS (
  SELECT 1 FROM userharbor_email_verifications later
  WHERE later.username = userharbor_email_verifications.username
    AND (later.expires_at, later.token_hash)
      > (userharbor_email_verifications.expires_at, userharbor_email_verifications.token_hash)
);
ALTER TABLE userharbor_email_verifications ADD COLUMN email VARCHAR(320);
ALTER TABLE userharbor_email_verifications ADD COLUMN created_at DATETIME;

DELETE FROM userharbor_sessions WHERE username NOT IN (SELECT username FROM userharbor_users);
ALTER TABLE userharbor_sessions ADD COLUMN id VARCHAR(255);
ALTER TABLE userharbor_sessions ADD COLUMN created_at DATETIME;
UPDATE userharbor_sessions SET id = lower(hex(randomblob(16)));
CREATE TRIGGER tr_userharbor_sessions_id AFTER INSERT ON userharbor_sessions WHEN NEW.id IS NULL
  BEGIN UPDATE userharbor_sessions SET id = lower(hex(randomblob(16))) WHERE token_hash = NEW.token_hash; END;

DELETE FROM userharbor_password_resets WHERE username NOT IN (SELECT username FROM userharbor_users);
DELETE FROM userharbor_password_resets WHERE EXISTS (
  SELECT 1 FROM userharbor_password_resets later
  WHERE later.username = userharbor_password_resets.username
    AND (later.expires_at, later.token_hash)
      > (userharbor_password_resets.expires_at, userharbor_password_resets.token_hash)
);
ALTER TABLE userharbor_password_resets ADD COLUMN created_at DATETIME;

DELETE FROM userharbor_user_roles
  WHERE username NOT IN (SELECT username FROM userharbor_users)
    OR role NOT IN (SELECT role FROM userharbor_roles);
DELETE FROM userharbor_role_permissions
  WHERE role NOT IN (SELECT role FROM userharbor_roles)
    OR permission NOT IN (SELECT permission FROM userharbor_permissions);

CREATE UNIQUE INDEX IF NOT EXISTS ix_userharbor_users_username_key ON userharbor_users (username_key);
CREATE UNIQUE INDEX IF NOT EXISTS ix_userharbor_users_email ON userharbor_users (email);
CREATE UNIQUE INDEX ix_userharbor_users_id ON userharbor_users (id);
CREATE INDEX ix_userharbor_users_verified_created_at ON userharbor_users (verified, created_at);
CREATE UNIQUE INDEX ux_userharbor_email_verifications_username ON userharbor_email_verifications (username);
CREATE INDEX ix_userharbor_email_verifications_expires_at ON userharbor_email_verifications (expires_at);
CREATE UNIQUE INDEX ix_userharbor_sessions_id ON userharbor_sessions (id);
CREATE INDEX IF NOT EXISTS ix_userharbor_sessions_username ON userharbor_sessions (username);
CREATE INDEX ix_userharbor_sessions_expires_at ON userharbor_sessions (expires_at);
CREATE UNIQUE INDEX ux_userharbor_password_resets_username ON userharbor_password_resets (username);
CREATE INDEX ix_userharbor_password_resets_expires_at ON userharbor_password_resets (expires_at);
CREATE INDEX ix_userharbor_user_roles_role ON userharbor_user_roles (role);
CREATE INDEX ix_userharbor_role_permissions_permission ON userharbor_role_permissions (permission);
`;
