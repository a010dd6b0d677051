"""An issue tracker: polymorphic columns (container_id with container_type), journals and their details, hours, values
of custom fields, nested projects, members and roles."""

from .expected import Schema

SQL = """
CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, login VARCHAR(255) NOT NULL DEFAULT '',
  hashed_password VARCHAR(40) NOT NULL DEFAULT '', salt VARCHAR(64), firstname VARCHAR(30) NOT NULL DEFAULT '',
  lastname VARCHAR(255) NOT NULL DEFAULT '', admin TINYINT(1) NOT NULL DEFAULT 0, status INT NOT NULL DEFAULT 1,
  last_login_on DATETIME, language VARCHAR(5) DEFAULT '', auth_source_id INT, created_on TIMESTAMP NULL,
  updated_on TIMESTAMP NULL, type VARCHAR(255), twofa_totp_key VARCHAR(255));
INSERT INTO users SELECT seq, CONCAT('dev', seq), SHA1(CONCAT('dev', seq)), MD5(CONCAT('salt', seq)), CONCAT('First',
  seq), CONCAT('Last', seq), seq = 1, 1, IF(seq % 4, '2024-01-01' + INTERVAL seq HOUR, NULL), 'en', NULL,
  '2021-03-01 10:00:00' + INTERVAL seq * 6 DAY, '2023-03-01 10:00:00' + INTERVAL seq DAY, 'User', NULL FROM seq_1_to_60;
CREATE TABLE auth_sources (id INT AUTO_INCREMENT PRIMARY KEY, type VARCHAR(30) NOT NULL DEFAULT '',
  name VARCHAR(60) NOT NULL DEFAULT '', host VARCHAR(60), account VARCHAR(255),
  account_password VARCHAR(255) DEFAULT '');
CREATE TABLE email_addresses (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL, address VARCHAR(255) NOT NULL,
  is_default TINYINT(1) NOT NULL DEFAULT 0, created_on TIMESTAMP NULL, updated_on TIMESTAMP NULL);
INSERT INTO email_addresses SELECT seq, seq, CONCAT('dev', seq, '@tracker.example'), 1,
  '2021-03-01 10:00:00' + INTERVAL seq * 6 DAY, '2021-03-01 10:00:00' + INTERVAL seq * 6 DAY FROM seq_1_to_60;
CREATE TABLE projects (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '', description TEXT,
  is_public TINYINT(1) NOT NULL DEFAULT 1, parent_id INT, created_on TIMESTAMP NULL, updated_on TIMESTAMP NULL,
  identifier VARCHAR(255), status INT NOT NULL DEFAULT 1, lft INT, rgt INT);
INSERT INTO projects SELECT seq, CONCAT('Project ', seq), NULL, 1, IF(seq < 4, NULL, 1 + seq % 3),
  '2021-01-01 10:00:00' + INTERVAL seq * 20 DAY, '2022-01-01 10:00:00' + INTERVAL seq * 20 DAY, CONCAT('p', seq), 1,
  seq, seq + 1 FROM seq_1_to_14;
CREATE TABLE trackers (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(30) NOT NULL DEFAULT '', position INT,
  default_status_id INT);
INSERT INTO trackers VALUES (1, 'Bug', 1, 1), (2, 'Feature', 2, 1), (3, 'Support', 3, 1);
CREATE TABLE projects_trackers (project_id INT NOT NULL DEFAULT 0, tracker_id INT NOT NULL DEFAULT 0,
  UNIQUE (project_id, tracker_id));
INSERT INTO projects_trackers SELECT p.seq, t.seq FROM seq_1_to_14 p JOIN seq_1_to_3 t;
CREATE TABLE issue_statuses (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(30) NOT NULL DEFAULT '',
  is_closed TINYINT(1) NOT NULL DEFAULT 0, position INT);
INSERT INTO issue_statuses SELECT seq, CONCAT('Status ', seq), seq > 4, seq FROM seq_1_to_6;
CREATE TABLE enumerations (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(30) NOT NULL DEFAULT '', position INT,
  is_default TINYINT(1) NOT NULL DEFAULT 0, type VARCHAR(255), active TINYINT(1) NOT NULL DEFAULT 1);
INSERT INTO enumerations SELECT seq, CONCAT('Value ', seq), seq, 0, IF(seq < 6, 'IssuePriority', 'TimeEntryActivity'),
  1 FROM seq_1_to_9;
CREATE TABLE issue_categories (id INT AUTO_INCREMENT PRIMARY KEY, project_id INT NOT NULL DEFAULT 0,
  name VARCHAR(60) NOT NULL DEFAULT '', assigned_to_id INT);
INSERT INTO issue_categories SELECT seq, 1 + seq % 14, CONCAT('Part ', seq), NULL FROM seq_1_to_25;
CREATE TABLE versions (id INT AUTO_INCREMENT PRIMARY KEY, project_id INT NOT NULL DEFAULT 0,
  name VARCHAR(255) NOT NULL DEFAULT '', effective_date DATE, created_on TIMESTAMP NULL, updated_on TIMESTAMP NULL,
  status VARCHAR(255) DEFAULT 'open');
INSERT INTO versions SELECT seq, 1 + seq % 14, CONCAT('1.', seq), '2023-06-01' + INTERVAL seq * 30 DAY,
  '2021-06-01' + INTERVAL seq DAY, '2021-06-01' + INTERVAL seq DAY, 'open' FROM seq_1_to_20;
CREATE TABLE issues (id INT AUTO_INCREMENT PRIMARY KEY, tracker_id INT NOT NULL, project_id INT NOT NULL,
  subject VARCHAR(255) NOT NULL DEFAULT '', description LONGTEXT, due_date DATE, category_id INT,
  status_id INT NOT NULL, assigned_to_id INT, priority_id INT NOT NULL, fixed_version_id INT, author_id INT NOT NULL,
  lock_version INT NOT NULL DEFAULT 0, created_on TIMESTAMP NULL, updated_on TIMESTAMP NULL, start_date DATE,
  done_ratio INT NOT NULL DEFAULT 0, estimated_hours FLOAT, parent_id INT, root_id INT, lft INT, rgt INT,
  closed_on DATETIME, KEY (project_id), KEY (created_on));
INSERT INTO issues SELECT seq, 1 + seq % 3, 1 + seq % 14, CONCAT('Issue ', seq), NULL, IF(seq % 3, NULL,
  '2024-01-01' + INTERVAL seq DAY), IF(seq % 4, NULL, 1 + seq % 25), 1 + seq % 6, IF(seq % 2, 1 + seq % 60, NULL),
  1 + seq % 5, IF(seq % 5, NULL, 1 + seq % 20), 1 + seq % 60, 0, '2022-01-03 09:00:00' + INTERVAL seq * 40 HOUR,
  '2022-02-03 09:00:00' + INTERVAL seq * 40 HOUR, IF(seq % 7, '2022-01-04', NULL), seq % 11 * 10, IF(seq % 3,
  seq % 16, NULL), NULL, seq, 1, 2, IF(seq % 6 > 4, '2023-01-01' + INTERVAL seq DAY, NULL) FROM seq_1_to_380;
CREATE TABLE journals (id INT AUTO_INCREMENT PRIMARY KEY, journalized_id INT NOT NULL DEFAULT 0,
  journalized_type VARCHAR(30) NOT NULL DEFAULT '', user_id INT NOT NULL DEFAULT 0, notes LONGTEXT,
  created_on DATETIME NOT NULL, private_notes TINYINT(1) NOT NULL DEFAULT 0, KEY (created_on));
INSERT INTO journals SELECT seq, 1 + seq % 380, 'Issue', 1 + seq % 60, 'A note',
  '2022-01-10 09:00:00' + INTERVAL seq * 30 HOUR, 0 FROM seq_1_to_500;
CREATE TABLE journal_details (id INT AUTO_INCREMENT PRIMARY KEY, journal_id INT NOT NULL DEFAULT 0,
  property VARCHAR(30) NOT NULL DEFAULT '', prop_key VARCHAR(30) NOT NULL DEFAULT '', old_value LONGTEXT,
  value LONGTEXT, KEY (journal_id));
INSERT INTO journal_details SELECT seq, 1 + seq % 500, 'attr', 'status_id', '1', '2' FROM seq_1_to_600;
CREATE TABLE time_entries (id INT AUTO_INCREMENT PRIMARY KEY, project_id INT NOT NULL, user_id INT NOT NULL,
  issue_id INT, hours FLOAT NOT NULL, comments VARCHAR(1024), activity_id INT NOT NULL, spent_on DATE NOT NULL,
  tyear INT NOT NULL, tmonth INT NOT NULL, tweek INT NOT NULL, created_on DATETIME NOT NULL,
  updated_on DATETIME NOT NULL);
INSERT INTO time_entries SELECT seq, 1 + seq % 14, 1 + seq % 60, IF(seq % 9, 1 + seq % 380, NULL), 0.5 + seq % 8,
  NULL, 6 + seq % 4, '2022-02-01' + INTERVAL seq DAY, 2022, 2, 5, '2022-02-02 18:00:00' + INTERVAL seq DAY,
  '2022-02-02 18:00:00' + INTERVAL seq DAY FROM seq_1_to_420;
CREATE TABLE attachments (id INT AUTO_INCREMENT PRIMARY KEY, container_id INT, container_type VARCHAR(30),
  filename VARCHAR(255) NOT NULL DEFAULT '', filesize BIGINT NOT NULL DEFAULT 0, content_type VARCHAR(255) DEFAULT '',
  digest VARCHAR(64) NOT NULL DEFAULT '', downloads INT NOT NULL DEFAULT 0, author_id INT NOT NULL DEFAULT 0,
  created_on TIMESTAMP NULL);
INSERT INTO attachments SELECT seq, 1 + seq % 300, IF(seq % 3, 'Issue', 'WikiPage'), CONCAT('screen', seq, '.png'),
  seq * 900, 'image/png', MD5(CONCAT('file', seq)), seq, 1 + seq % 60,
  '2022-03-01 11:00:00' + INTERVAL seq * 2 DAY FROM seq_1_to_180;
CREATE TABLE custom_fields (id INT AUTO_INCREMENT PRIMARY KEY, type VARCHAR(30) NOT NULL DEFAULT '',
  name VARCHAR(30) NOT NULL DEFAULT '', field_format VARCHAR(30) NOT NULL DEFAULT '',
  is_required TINYINT(1) NOT NULL DEFAULT 0);
INSERT INTO custom_fields SELECT seq, 'IssueCustomField', CONCAT('Field ', seq), 'string', 0 FROM seq_1_to_7;
CREATE TABLE custom_values (id INT AUTO_INCREMENT PRIMARY KEY, customized_type VARCHAR(30) NOT NULL DEFAULT '',
  customized_id INT NOT NULL DEFAULT 0, custom_field_id INT NOT NULL DEFAULT 0, value LONGTEXT);
INSERT INTO custom_values SELECT seq, 'Issue', 1 + seq % 380, 1 + seq % 7, seq FROM seq_1_to_450;
CREATE TABLE members (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL DEFAULT 0,
  project_id INT NOT NULL DEFAULT 0, created_on TIMESTAMP NULL, UNIQUE (user_id, project_id));
INSERT INTO members SELECT NULL, 1 + seq % 60, 1 + seq DIV 60, '2021-06-01 10:00:00' + INTERVAL seq DAY
  FROM seq_0_to_179;
CREATE TABLE roles (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '', position INT,
  builtin INT NOT NULL DEFAULT 0, permissions TEXT);
INSERT INTO roles SELECT seq, CONCAT('Role ', seq), seq, 0, NULL FROM seq_1_to_5;
CREATE TABLE member_roles (id INT AUTO_INCREMENT PRIMARY KEY, member_id INT NOT NULL, role_id INT NOT NULL,
  inherited_from INT);
INSERT INTO member_roles SELECT seq, seq, 1 + seq % 5, NULL FROM seq_1_to_180;
CREATE TABLE watchers (id INT AUTO_INCREMENT PRIMARY KEY, watchable_type VARCHAR(255) NOT NULL DEFAULT '',
  watchable_id INT NOT NULL DEFAULT 0, user_id INT);
INSERT INTO watchers SELECT seq, 'Issue', 1 + seq % 380, 1 + seq % 60 FROM seq_1_to_150;
CREATE TABLE issue_relations (id INT AUTO_INCREMENT PRIMARY KEY, issue_from_id INT NOT NULL, issue_to_id INT NOT NULL,
  relation_type VARCHAR(255) NOT NULL DEFAULT '', delay INT);
INSERT INTO issue_relations SELECT seq, seq, seq + 100, 'relates', NULL FROM seq_1_to_60;
CREATE TABLE settings (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '', value LONGTEXT,
  updated_on TIMESTAMP NULL);
INSERT INTO settings SELECT seq, CONCAT('setting_', seq), seq, '2023-01-01 10:00:00' FROM seq_1_to_40;
CREATE TABLE tokens (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL DEFAULT 0,
  action VARCHAR(30) NOT NULL DEFAULT '', value VARCHAR(40) NOT NULL DEFAULT '', created_on TIMESTAMP NULL,
  updated_on TIMESTAMP NULL);
INSERT INTO tokens SELECT seq, 1 + seq % 60, 'session', SHA1(CONCAT('token', seq)), '2024-01-01' + INTERVAL seq HOUR,
  '2024-01-01' + INTERVAL seq HOUR FROM seq_1_to_90;
CREATE TABLE schema_migrations (version VARCHAR(191) PRIMARY KEY);
INSERT INTO schema_migrations SELECT 20200101000000 + seq FROM seq_1_to_120;
"""

SCHEMA = Schema(
    "tracker", "issues, journals, hours, custom fields", SQL,
    kinds="""
    fact                        issues              created_on
    fact                        journals            created_on
    fact|left out|dimension     journal_details     journals.created_on|-
    fact                        time_entries        spent_on|created_on
    fact                        attachments         created_on
    dimension                   users
    dimension                   projects
    dimension                   trackers
    dimension                   issue_statuses
    dimension                   enumerations
    dimension                   issue_categories
    dimension                   versions
    dimension                   custom_fields
    dimension                   roles
    dimension                   settings
    dimension                   email_addresses
    dimension|left out          auth_sources
    dimension|left out|bridge   custom_values
    bridge                      projects_trackers
    bridge|dimension            members
    bridge                      member_roles
    bridge                      watchers
    bridge|left out             issue_relations
    excluded|left out           tokens
    excluded                    schema_migrations
    """,
    references="""
    issues.tracker_id -> trackers              guessed
    issues.project_id -> projects              guessed
    time_entries.project_id -> projects        guessed
    time_entries.user_id -> users              guessed
    journals.user_id -> users                  guessed
    issue_categories.project_id -> projects    guessed
    versions.project_id -> projects            guessed
    email_addresses.user_id -> users           guessed
    issues.category_id -> issue_categories     optional
    issues.author_id -> users                  optional
    issues.assigned_to_id -> users             optional
    attachments.author_id -> users             optional
    issues.status_id -> issue_statuses         optional
    issues.fixed_version_id -> versions        optional
    """,
    never="""
    users.auth_source_id -> auth_sources       empty parent
    users.type -> trackers                     a column of no reference
    users.status -> issue_statuses             a column of no reference
    projects.status -> issue_statuses          a column of no reference
    projects.id -> projects_trackers           parent to its own bridge
    users.id -> watchers                       parent to its own bridge
    roles.id -> member_roles                   parent to its own bridge
    attachments.container_id -> issues         guessed key to the wrong table
    """,
    secrets="""
    users.hashed_password
    users.salt
    tokens.value
    auth_sources.account_password
    """,
    persons="""
    email_addresses.address
    """)
