"""A content management system: a prefix, zero dates that mean never, 0 for nobody, checked_out columns, nested sets."""

from .expected import Schema

SQL = """
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE TABLE jos_users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '',
  username VARCHAR(150) NOT NULL DEFAULT '', email VARCHAR(100) NOT NULL DEFAULT '',
  password VARCHAR(100) NOT NULL DEFAULT '', block TINYINT NOT NULL DEFAULT 0, sendEmail TINYINT DEFAULT 0,
  registerDate DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  lastvisitDate DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', activation VARCHAR(100) NOT NULL DEFAULT '',
  params TEXT NOT NULL, lastResetTime DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  otpKey VARCHAR(1000) NOT NULL DEFAULT '');
INSERT INTO jos_users SELECT 700 + seq, CONCAT('Author ', seq), CONCAT('author', seq), CONCAT('author', seq,
  '@cms.example'), CONCAT('$2y$10$', MD5(CONCAT('j', seq))), 0, 0, '2021-05-01' + INTERVAL seq * 9 DAY, IF(seq % 2,
  '2024-02-02', '0000-00-00'), IF(seq % 8, '', MD5(CONCAT('activate', seq))), '{}', '0000-00-00',
  CONCAT('otp-', MD5(seq)) FROM seq_1_to_40;
CREATE TABLE jos_usergroups (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, parent_id INT UNSIGNED NOT NULL DEFAULT 0,
  lft INT NOT NULL DEFAULT 0, rgt INT NOT NULL DEFAULT 0, title VARCHAR(100) NOT NULL DEFAULT '');
INSERT INTO jos_usergroups SELECT seq, seq - 1, seq, 20 - seq, CONCAT('Group ', seq) FROM seq_1_to_9;
CREATE TABLE jos_user_usergroup_map (user_id INT UNSIGNED NOT NULL DEFAULT 0,
  group_id INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY (user_id, group_id));
INSERT INTO jos_user_usergroup_map SELECT 700 + seq, 1 + seq % 9 FROM seq_1_to_40;
CREATE TABLE jos_viewlevels (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100) NOT NULL DEFAULT '',
  ordering INT NOT NULL DEFAULT 0, rules VARCHAR(5120) NOT NULL);
INSERT INTO jos_viewlevels VALUES (1, 'Public', 0, '[1]'), (2, 'Registered', 1, '[6,2,8]'), (3, 'Special', 2,
  '[6,3,8]');
CREATE TABLE jos_categories (id INT AUTO_INCREMENT PRIMARY KEY, asset_id INT UNSIGNED NOT NULL DEFAULT 0,
  parent_id INT UNSIGNED NOT NULL DEFAULT 0, lft INT NOT NULL DEFAULT 0, rgt INT NOT NULL DEFAULT 0,
  level INT UNSIGNED NOT NULL DEFAULT 0, extension VARCHAR(50) NOT NULL DEFAULT '', title VARCHAR(255) NOT NULL,
  published TINYINT NOT NULL DEFAULT 0, checked_out INT UNSIGNED NOT NULL DEFAULT 0,
  checked_out_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', access INT UNSIGNED NOT NULL DEFAULT 0,
  created_user_id INT UNSIGNED NOT NULL DEFAULT 0, created_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  modified_user_id INT UNSIGNED NOT NULL DEFAULT 0, modified_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  hits INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO jos_categories SELECT seq, 0, seq DIV 3, seq, 60 - seq, 1, 'com_content', CONCAT('Category ', seq), 1, 0,
  '0000-00-00', 1, 701, '2021-05-01' + INTERVAL seq DAY, 0, '0000-00-00', 0 FROM seq_1_to_20;
CREATE TABLE jos_content (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, asset_id INT UNSIGNED NOT NULL DEFAULT 0,
  title VARCHAR(255) NOT NULL DEFAULT '', alias VARCHAR(255) NOT NULL DEFAULT '', introtext MEDIUMTEXT NOT NULL,
  state TINYINT NOT NULL DEFAULT 0, catid INT UNSIGNED NOT NULL DEFAULT 0,
  created DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', created_by INT UNSIGNED NOT NULL DEFAULT 0,
  created_by_alias VARCHAR(255) NOT NULL DEFAULT '', modified DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  modified_by INT UNSIGNED NOT NULL DEFAULT 0, checked_out INT UNSIGNED NOT NULL DEFAULT 0,
  checked_out_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  publish_up DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  publish_down DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', version INT UNSIGNED NOT NULL DEFAULT 1,
  ordering INT NOT NULL DEFAULT 0, access INT UNSIGNED NOT NULL DEFAULT 0, hits INT UNSIGNED NOT NULL DEFAULT 0,
  featured TINYINT UNSIGNED NOT NULL DEFAULT 0, KEY idx_catid (catid));
INSERT INTO jos_content SELECT seq, 0, CONCAT('Article ', seq), CONCAT('article-', seq), 'Text', 1, 1 + seq % 20,
  '2022-01-01 08:00:00' + INTERVAL seq * 4 DAY, 701 + seq % 40, '', IF(seq % 3, '2024-01-01' + INTERVAL seq DAY,
  '0000-00-00'), IF(seq % 3, 701, 0), 0, '0000-00-00', '2022-01-01 08:00:00' + INTERVAL seq * 4 DAY, '0000-00-00', 1,
  0, 1, seq * 7, 0 FROM seq_1_to_200;
CREATE TABLE jos_content_rating (content_id INT NOT NULL DEFAULT 0 PRIMARY KEY,
  rating_sum INT UNSIGNED NOT NULL DEFAULT 0, rating_count INT UNSIGNED NOT NULL DEFAULT 0,
  lastip VARCHAR(50) NOT NULL DEFAULT '');
INSERT INTO jos_content_rating SELECT seq * 2, seq % 5 + 1, 1, CONCAT('203.0.113.', seq) FROM seq_1_to_60;
CREATE TABLE jos_content_frontpage (content_id INT NOT NULL DEFAULT 0 PRIMARY KEY, ordering INT NOT NULL DEFAULT 0);
INSERT INTO jos_content_frontpage SELECT seq * 5, seq FROM seq_1_to_20;
CREATE TABLE jos_tags (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, parent_id INT UNSIGNED NOT NULL DEFAULT 0,
  title VARCHAR(255) NOT NULL, created_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  modified_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  publish_down DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
INSERT INTO jos_tags SELECT seq, 0, CONCAT('Tag ', seq), '2022-02-02', '0000-00-00', '0000-00-00' FROM seq_1_to_15;
CREATE TABLE jos_contentitem_tag_map (type_alias VARCHAR(255) NOT NULL DEFAULT '',
  core_content_id INT UNSIGNED NOT NULL, content_item_id INT NOT NULL, tag_id INT UNSIGNED NOT NULL,
  tag_date TIMESTAMP NOT NULL DEFAULT NOW() ON UPDATE NOW(), type_id MEDIUMINT NOT NULL, UNIQUE (type_id,
  content_item_id, tag_id), KEY (tag_id));
INSERT INTO jos_contentitem_tag_map SELECT 'com_content.article', seq, seq, 1 + seq % 15, '2022-03-03 03:03:03',
  1 FROM seq_1_to_150;
CREATE TABLE jos_banner_clients (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '',
  contact VARCHAR(255) NOT NULL DEFAULT '', email VARCHAR(255) NOT NULL DEFAULT '',
  checked_out INT UNSIGNED NOT NULL DEFAULT 0, checked_out_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
INSERT INTO jos_banner_clients SELECT seq, CONCAT('Client ', seq), 'Somebody', CONCAT('client', seq,
  '@banner.example'), 0, '0000-00-00' FROM seq_1_to_5;
CREATE TABLE jos_banners (id INT AUTO_INCREMENT PRIMARY KEY, cid INT NOT NULL DEFAULT 0, type INT NOT NULL DEFAULT 0,
  name VARCHAR(255) NOT NULL DEFAULT '', imptotal INT NOT NULL DEFAULT 0, impmade INT NOT NULL DEFAULT 0,
  clicks INT NOT NULL DEFAULT 0, catid INT UNSIGNED NOT NULL DEFAULT 0,
  publish_up DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', created DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
INSERT INTO jos_banners SELECT seq, 1 + seq % 5, 0, CONCAT('Banner ', seq), 0, seq * 100, seq, 1 + seq % 20,
  '0000-00-00', '2022-06-01' FROM seq_1_to_12;
CREATE TABLE jos_banner_tracks (track_date DATETIME NOT NULL, track_type INT UNSIGNED NOT NULL,
  banner_id INT UNSIGNED NOT NULL, count INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY (track_date, track_type,
  banner_id));
INSERT INTO jos_banner_tracks SELECT '2023-01-01' + INTERVAL seq DIV 3 DAY, 1 + seq % 2, 1 + seq % 12,
  seq % 40 FROM seq_1_to_360;
CREATE TABLE jos_menu (id INT AUTO_INCREMENT PRIMARY KEY, menutype VARCHAR(24) NOT NULL, title VARCHAR(255) NOT NULL,
  link VARCHAR(1024) NOT NULL, type VARCHAR(16) NOT NULL, parent_id INT UNSIGNED NOT NULL DEFAULT 1,
  component_id INT UNSIGNED NOT NULL DEFAULT 0, checked_out INT UNSIGNED NOT NULL DEFAULT 0,
  checked_out_time TIMESTAMP NOT NULL DEFAULT '0000-00-00 00:00:00', client_id TINYINT NOT NULL DEFAULT 0);
INSERT INTO jos_menu SELECT seq, 'main', CONCAT('Item ', seq), 'index.php', 'component', 1, 0, 0, '0000-00-00',
  0 FROM seq_1_to_30;
CREATE TABLE jos_modules (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100) NOT NULL DEFAULT '',
  position VARCHAR(50) NOT NULL DEFAULT '', checked_out INT UNSIGNED NOT NULL DEFAULT 0,
  checked_out_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  publish_up DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  publish_down DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
INSERT INTO jos_modules SELECT seq, CONCAT('Module ', seq), 'left', 0, '0000-00-00', '0000-00-00',
  '0000-00-00' FROM seq_1_to_18;
CREATE TABLE jos_modules_menu (moduleid INT NOT NULL DEFAULT 0, menuid INT NOT NULL DEFAULT 0, PRIMARY KEY (moduleid,
  menuid));
INSERT INTO jos_modules_menu SELECT seq, IF(seq % 3, 0, seq) FROM seq_1_to_18;
CREATE TABLE jos_extensions (extension_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL,
  type VARCHAR(20) NOT NULL, element VARCHAR(100) NOT NULL, enabled TINYINT NOT NULL DEFAULT 1,
  checked_out_time DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
INSERT INTO jos_extensions SELECT seq, CONCAT('ext_', seq), 'component', CONCAT('com_', seq), 1, '0000-00-00'
  FROM seq_1_to_60;
CREATE TABLE jos_session (session_id VARCHAR(191) PRIMARY KEY, client_id TINYINT UNSIGNED NOT NULL DEFAULT 0,
  guest TINYINT UNSIGNED DEFAULT 1, time VARCHAR(14) DEFAULT '', data MEDIUMTEXT, userid INT DEFAULT 0,
  username VARCHAR(150) DEFAULT '');
INSERT INTO jos_session SELECT MD5(CONCAT('js', seq)), 0, 1, 1704000000 + seq, '', 0, '' FROM seq_1_to_50;
CREATE TABLE jos_finder_terms (term_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, term VARCHAR(75) NOT NULL,
  stem VARCHAR(75) NOT NULL, links INT NOT NULL DEFAULT 0);
INSERT INTO jos_finder_terms SELECT seq, CONCAT('term', seq), 't', 0 FROM seq_1_to_120;
CREATE TABLE jos_action_logs (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  message_language_key VARCHAR(255) NOT NULL DEFAULT '', message TEXT NOT NULL,
  log_date DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', user_id INT NOT NULL DEFAULT 0,
  item_id INT NOT NULL DEFAULT 0, ip_address VARCHAR(40) NOT NULL DEFAULT '0.0.0.0');
INSERT INTO jos_action_logs SELECT seq, 'LOGIN', '{}', '2024-01-01' + INTERVAL seq HOUR, 701, 0, '203.0.113.9'
  FROM seq_1_to_200;
"""

SCHEMA = Schema(
    "cms", "articles, zero dates that mean never", SQL,
    kinds="""
    fact|dimension       jos_content              created|publish_up
    fact                 jos_banner_tracks        track_date
    dimension            jos_users
    dimension            jos_usergroups
    dimension            jos_viewlevels
    dimension            jos_categories
    dimension            jos_tags
    dimension            jos_banners
    dimension            jos_banner_clients
    dimension            jos_menu
    dimension            jos_modules
    dimension            jos_extensions
    dimension|left out   jos_content_rating
    dimension|left out   jos_content_frontpage
    bridge               jos_user_usergroup_map
    bridge               jos_contentitem_tag_map
    bridge               jos_modules_menu
    excluded             jos_session
    excluded             jos_finder_terms
    excluded             jos_action_logs
    """,
    references="""
    jos_banner_tracks.banner_id -> jos_banners     guessed
    """,
    never="""
    jos_users.id -> jos_user_usergroup_map         parent to its own bridge
    jos_content.id -> jos_content_rating           guessed key to the wrong table
    jos_content.id -> jos_content_frontpage        guessed key to the wrong table
    jos_session.client_id -> jos_banner_clients    guessed key to the wrong table
    jos_menu.client_id -> jos_banner_clients       guessed key to the wrong table
    jos_session.session_id -> jos_users            a column of no reference
    """,
    secrets="""
    jos_users.password
    jos_users.activation
    jos_users.otpKey
    """,
    persons="""
    jos_users.email
    jos_banner_clients.email
    jos_content_rating.lastip
    """)
