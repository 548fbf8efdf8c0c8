CREATE TABLE userharbor_new_users (
  username VARCHAR(255) NOT NULL,
  username_key VARCHAR(255) NOT NULL,
  email VARCHAR(320) NOT NULL,
  password_hash VARCHAR(512) NOT NULL,
  verified BOOLEAN NOT NULL,
  id VARCHAR(255) NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  claimed_email VARCHAR(320),
  created_at DATETIME,
  serial INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (username)
);
INSERT INTO userharbor_new_users (username, username_key, email, password_hash, verified)
  SELECT username, username_key, email, password_hash, verified FROM userharbor_users;

CREATE TABLE userharbor_new_email_verifications (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at DATETIME NOT NULL,
  email VARCHAR(320),
  created_at DATETIME,
  PRIMARY KEY (token_hash),
  UNIQUE (username),
  FOREIGN KEY (username) REFERENCES userharbor_new_users (username) ON DELETE CASCADE
);
INSERT OR REPLACE INTO userharbor_new_email_verifications (token_hash, username, expires_at)
  SELECT token_hash, username, expires_at FROM userharbor_email_verifications
  WHERE username IN (SELECT username FROM userharbor_users) ORDER BY expires_at;

CREATE TABLE userharbor_new_sessions (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at DATETIME NOT NULL,
  id VARCHAR(255) NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  created_at DATETIME,
  PRIMARY KEY (token_hash),
  FOREIGN KEY (username) REFERENCES userharbor_new_users (username) ON DELETE CASCADE
);
INSERT INTO userharbor_new_sessions (token_hash, username, expires_at)
  SELECT token_hash, username, expires_at FROM userharbor_sessions
  WHERE username IN (SELECT username FROM userharbor_users);

CREATE TABLE userharbor_new_password_resets (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at DATETIME NOT NULL,
  created_at DATETIME,
  PRIMARY KEY (token_hash),
  UNIQUE (username),
  FOREIGN KEY (username) REFERENCES userharbor_new_users (username) ON DELETE CASCADE
);
INSERT OR REPLACE INTO userharbor_new_password_resets (token_hash, username, expires_at)
  SELECT token_hash, username, expires_at FROM userharbor_password_resets
  WHERE username IN (SELECT username FROM userharbor_users) ORDER BY expires_at;

CREATE TABLE userharbor_new_user_roles (
  username VARCHAR(255) NOT NULL,
  role VARCHAR(255) NOT NULL,
  PRIMARY KEY (username, role),
  FOREIGN KEY (username) REFERENCES userharbor_new_users (username) ON DELETE CASCADE,
  FOREIGN KEY (role) REFERENCES userharbor_roles (role) ON DELETE CASCADE
);
INSERT INTO userharbor_new_user_roles (username, role)
  SELECT username, role FROM userharbor_user_roles
  WHERE username IN (SELECT username FROM userharbor_users)
    AND role IN (SELECT role FROM userharbor_roles);

DELETE FROM userharbor_role_permissions
  WHERE role NOT IN (SELECT role FROM userharbor_roles)
    OR permission NOT IN (SELECT permission FROM userharbor_permissions);

DROP TABLE userharbor_user_roles;
DROP TABLE userharbor_email_verifications;
DROP TABLE userharbor_sessions;
DROP TABLE userharbor_password_resets;
DROP TABLE userharbor_users;

ALTER TABLE userharbor_new_users RENAME TO userharbor_users;
ALTER TABLE userharbor_new_email_verifications RENAME TO userharbor_email_verifications;
ALTER TABLE userharbor_new_sessions RENAME TO userharbor_sessions;
ALTER TABLE userharbor_new_password_resets RENAME TO userharbor_password_resets;
ALTER TABLE userharbor_new_user_roles RENAME TO userharbor_user_roles;

CREATE UNIQUE INDEX ix_userharbor_users_username_key ON userharbor_users (username_key);
CREATE UNIQUE INDEX ix_userharbor_users_email ON userharbor_users (email);
CREATE UNIQUE INDEX ix_userharbor_users_id ON userharbor_users (id);
CREATE INDEX ix_userharbor_users_verified_created_at ON userharbor_users (verified, created_at);
CREATE INDEX ix_userharbor_email_verifications_expires_at ON userharbor_email_verifications (expires_at);
CREATE UNIQUE INDEX ix_userharbor_sessions_id ON userharbor_sessions (id);
CREATE INDEX ix_userharbor_sessions_username ON userharbor_sessions (username);
CREATE INDEX ix_userharbor_sessions_expires_at ON userharbor_sessions (expires_at);
CREATE INDEX ix_userharbor_password_resets_expires_at ON userharbor_password_resets (expires_at);
CREATE INDEX ix_userharbor_user_roles_role ON userharbor_user_roles (role);
CREATE INDEX ix_userharbor_role_permissions_permission ON userharbor_role_permissions (permission);
