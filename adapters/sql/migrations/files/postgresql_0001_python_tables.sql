CREATE TABLE IF NOT EXISTS userharbor_users (
  username VARCHAR(255) NOT NULL,
  username_key VARCHAR(255) NOT NULL,
  email VARCHAR(320) NOT NULL,
  password_hash VARCHAR(512) NOT NULL,
  verified BOOLEAN NOT NULL,
  PRIMARY KEY (username)
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_userharbor_users_username_key ON userharbor_users (username_key);
CREATE UNIQUE INDEX IF NOT EXISTS ix_userharbor_users_email ON userharbor_users (email);

CREATE TABLE IF NOT EXISTS userharbor_email_verifications (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (token_hash),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS userharbor_sessions (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (token_hash),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_userharbor_sessions_username ON userharbor_sessions (username);

CREATE TABLE IF NOT EXISTS userharbor_password_resets (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (token_hash),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS userharbor_roles (
  role VARCHAR(255) NOT NULL,
  PRIMARY KEY (role)
);

CREATE TABLE IF NOT EXISTS userharbor_permissions (
  permission VARCHAR(255) NOT NULL,
  PRIMARY KEY (permission)
);

CREATE TABLE IF NOT EXISTS userharbor_user_roles (
  username VARCHAR(255) NOT NULL,
  role VARCHAR(255) NOT NULL,
  PRIMARY KEY (username, role),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE,
  FOREIGN KEY (role) REFERENCES userharbor_roles (role) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS userharbor_role_permissions (
  role VARCHAR(255) NOT NULL,
  permission VARCHAR(255) NOT NULL,
  PRIMARY KEY (role, permission),
  FOREIGN KEY (role) REFERENCES userharbor_roles (role) ON DELETE CASCADE,
  FOREIGN KEY (permission) REFERENCES userharbor_permissions (permission) ON DELETE CASCADE
);
