CREATE TABLE IF NOT EXISTS userharbor_users (
  username VARCHAR(255) NOT NULL,
  username_key VARCHAR(255) NOT NULL,
  email VARCHAR(320) NOT NULL,
  password_hash VARCHAR(512) NOT NULL,
  verified BOOLEAN NOT NULL,
  id VARCHAR(255) NOT NULL DEFAULT (uuid()),
  claimed_email VARCHAR(320),
  created_at DATETIME(6),
  serial BIGINT NOT NULL DEFAULT 0,
  disabled BOOLEAN NOT NULL DEFAULT FALSE,
  must_change_password BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (username),
  UNIQUE KEY ix_userharbor_users_username_key (username_key),
  UNIQUE KEY ix_userharbor_users_email (email),
  UNIQUE KEY ix_userharbor_users_id (id),
  KEY ix_userharbor_users_verified_created_at (verified, created_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_email_verifications (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  email VARCHAR(320),
  created_at DATETIME(6),
  PRIMARY KEY (token_hash),
  UNIQUE KEY ux_userharbor_email_verifications_username (username),
  KEY ix_userharbor_email_verifications_expires_at (expires_at),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_sessions (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  id VARCHAR(255) NOT NULL DEFAULT (uuid()),
  created_at DATETIME(6),
  client_address VARCHAR(64),
  client_user_agent VARCHAR(512),
  PRIMARY KEY (token_hash),
  UNIQUE KEY ix_userharbor_sessions_id (id),
  KEY ix_userharbor_sessions_username (username),
  KEY ix_userharbor_sessions_expires_at (expires_at),
  KEY ix_userharbor_sessions_created_at (created_at),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_password_resets (
  token_hash VARCHAR(128) NOT NULL,
  username VARCHAR(255) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  created_at DATETIME(6),
  PRIMARY KEY (token_hash),
  UNIQUE KEY ux_userharbor_password_resets_username (username),
  KEY ix_userharbor_password_resets_expires_at (expires_at),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_roles (
  role VARCHAR(255) NOT NULL,
  PRIMARY KEY (role)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_permissions (
  permission VARCHAR(255) NOT NULL,
  PRIMARY KEY (permission)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_user_roles (
  username VARCHAR(255) NOT NULL,
  role VARCHAR(255) NOT NULL,
  PRIMARY KEY (username, role),
  KEY ix_userharbor_user_roles_role (role),
  FOREIGN KEY (username) REFERENCES userharbor_users (username) ON DELETE CASCADE,
  FOREIGN KEY (role) REFERENCES userharbor_roles (role) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_role_permissions (
  role VARCHAR(255) NOT NULL,
  permission VARCHAR(255) NOT NULL,
  PRIMARY KEY (role, permission),
  KEY ix_userharbor_role_permissions_permission (permission),
  FOREIGN KEY (role) REFERENCES userharbor_roles (role) ON DELETE CASCADE,
  FOREIGN KEY (permission) REFERENCES userharbor_permissions (permission) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;

CREATE TABLE IF NOT EXISTS userharbor_records (
  id VARCHAR(64) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  user_id VARCHAR(255),
  body TEXT NOT NULL,
  PRIMARY KEY (id),
  KEY ix_userharbor_records_kind_created_at (kind, created_at),
  KEY ix_userharbor_records_user_id (user_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */;
