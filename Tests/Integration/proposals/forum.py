"""A bulletin board: times are Unix seconds in integers, user 1 is the anonymous one, 0 stands for none."""

from .expected import Schema

SQL = """
CREATE TABLE bb_groups (group_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, group_type TINYINT NOT NULL DEFAULT 1,
  group_name VARCHAR(255) NOT NULL, group_colour VARCHAR(6) NOT NULL DEFAULT '');
INSERT INTO bb_groups VALUES (1, 3, 'Guests', ''), (2, 3, 'Registered', ''), (3, 3, 'Moderators', '00AA00'), (4, 3,
  'Bots', '9E8DA7');
CREATE TABLE bb_ranks (rank_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, rank_title VARCHAR(255) NOT NULL,
  rank_min INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO bb_ranks VALUES (1, 'Site Admin', 0), (2, 'Veteran', 100);
CREATE TABLE bb_icons (icon_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, icon_url VARCHAR(255) NOT NULL,
  icon_width TINYINT NOT NULL);
INSERT INTO bb_icons VALUES (1, 'fire.gif', 16), (2, 'heart.gif', 16), (3, 'star.gif', 16);
CREATE TABLE bb_users (user_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, user_type TINYINT NOT NULL DEFAULT 0,
  group_id INT UNSIGNED NOT NULL DEFAULT 3, user_ip VARCHAR(40) NOT NULL DEFAULT '',
  user_regdate INT UNSIGNED NOT NULL DEFAULT 0, username VARCHAR(255) NOT NULL, username_clean VARCHAR(255) NOT NULL,
  user_password VARCHAR(255) NOT NULL DEFAULT '', user_email VARCHAR(100) NOT NULL DEFAULT '',
  user_birthday VARCHAR(10) NOT NULL DEFAULT '', user_lastvisit INT UNSIGNED NOT NULL DEFAULT 0,
  user_posts INT UNSIGNED NOT NULL DEFAULT 0, user_lang VARCHAR(30) NOT NULL DEFAULT 'en',
  rank_id INT UNSIGNED NOT NULL DEFAULT 0, user_form_salt VARCHAR(32) NOT NULL DEFAULT '',
  user_actkey VARCHAR(32) NOT NULL DEFAULT '', UNIQUE (username_clean));
INSERT INTO bb_users SELECT seq, IF(seq = 1, 2, 0), IF(seq = 1, 1, 2 + seq % 3), IF(seq = 1, '', CONCAT('203.0.113.',
  seq)), 1640000000 + seq * 86400, CONCAT('Member', seq), CONCAT('member', seq), IF(seq = 1, '', CONCAT('$2y$10$',
  MD5(CONCAT('u', seq)))), IF(seq = 1, '', CONCAT('member', seq, '@forum.example')), IF(seq % 4, '', CONCAT(' ',
  1 + seq % 9, '-10-1985')), IF(seq % 3, 1700000000 + seq * 3600, 0), seq * 3, 'en', IF(seq % 8, 0, 1 + seq % 2),
  LEFT(MD5(CONCAT('f', seq)), 16),
  IF(seq % 6, '', MD5(CONCAT('act', seq))) FROM seq_1_to_80;
CREATE TABLE bb_user_group (group_id INT UNSIGNED NOT NULL, user_id INT UNSIGNED NOT NULL,
  group_leader TINYINT(1) NOT NULL DEFAULT 0, user_pending TINYINT(1) NOT NULL DEFAULT 0, PRIMARY KEY (group_id,
  user_id), KEY (user_id));
INSERT INTO bb_user_group SELECT 2 + g.seq % 2, u.seq, 0, 0 FROM seq_2_to_80 u JOIN seq_0_to_1 g;
CREATE TABLE bb_forums (forum_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, parent_id INT UNSIGNED NOT NULL DEFAULT 0,
  left_id INT UNSIGNED NOT NULL, right_id INT UNSIGNED NOT NULL, forum_name VARCHAR(255) NOT NULL,
  forum_desc TEXT NOT NULL, forum_password VARCHAR(255) NOT NULL DEFAULT '', forum_type TINYINT NOT NULL DEFAULT 0,
  forum_last_post_id INT UNSIGNED NOT NULL DEFAULT 0, forum_last_post_time INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO bb_forums SELECT seq, IF(seq < 4, 0, 1 + seq % 3), seq * 2 - 1, seq * 2, CONCAT('Forum ', seq), '',
  IF(seq = 9, 'h1dden-forum-key', ''), seq > 3, IF(seq > 3, seq, 0), IF(seq > 3, 1704000000 + seq, 0) FROM seq_1_to_12;
CREATE TABLE bb_topics (topic_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, forum_id INT UNSIGNED NOT NULL DEFAULT 0,
  icon_id INT UNSIGNED NOT NULL DEFAULT 0, topic_title VARCHAR(255) NOT NULL,
  topic_poster INT UNSIGNED NOT NULL DEFAULT 0, topic_time INT UNSIGNED NOT NULL DEFAULT 0,
  topic_views INT UNSIGNED NOT NULL DEFAULT 0, topic_status TINYINT NOT NULL DEFAULT 0,
  topic_type TINYINT NOT NULL DEFAULT 0, topic_moved_id INT UNSIGNED NOT NULL DEFAULT 0,
  topic_bumper INT UNSIGNED NOT NULL DEFAULT 0, poll_start INT UNSIGNED NOT NULL DEFAULT 0, KEY (forum_id),
  KEY (topic_time));
INSERT INTO bb_topics SELECT seq, 4 + seq % 9, IF(seq % 7, 0, 1 + seq % 3), CONCAT('Topic ', seq), 1 + seq % 80,
  1690000000 + seq * 50000, seq * 13, 0, 0, 0, 0, IF(seq % 20, 0, 1690000000 + seq * 50000) FROM seq_1_to_200;
CREATE TABLE bb_posts (post_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, topic_id INT UNSIGNED NOT NULL DEFAULT 0,
  forum_id INT UNSIGNED NOT NULL DEFAULT 0, poster_id INT UNSIGNED NOT NULL DEFAULT 0,
  icon_id INT UNSIGNED NOT NULL DEFAULT 0, poster_ip VARCHAR(40) NOT NULL DEFAULT '',
  post_time INT UNSIGNED NOT NULL DEFAULT 0, post_username VARCHAR(255) NOT NULL DEFAULT '',
  post_subject VARCHAR(255) NOT NULL DEFAULT '', post_text MEDIUMTEXT NOT NULL,
  post_checksum VARCHAR(32) NOT NULL DEFAULT '', post_edit_time INT UNSIGNED NOT NULL DEFAULT 0,
  post_edit_user INT UNSIGNED NOT NULL DEFAULT 0, post_edit_count SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  KEY (topic_id), KEY (post_time));
INSERT INTO bb_posts SELECT seq, 1 + seq % 200, 4 + seq % 9, IF(seq % 10, 2 + seq % 79, 1), IF(seq % 9, 0,
  1 + seq % 3), CONCAT('198.51.100.', seq % 250), 1690000100 + seq * 16000, IF(seq % 10, '', 'guest'),
  CONCAT('Re: Topic ', 1 + seq % 200), 'Some text', MD5(seq), IF(seq % 6, 0, 1700000000 + seq), IF(seq % 6, 0, 2),
  0 FROM seq_1_to_600;
CREATE TABLE bb_attachments (attach_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  post_msg_id INT UNSIGNED NOT NULL DEFAULT 0, topic_id INT UNSIGNED NOT NULL DEFAULT 0,
  in_message TINYINT(1) NOT NULL DEFAULT 0, poster_id INT UNSIGNED NOT NULL DEFAULT 0,
  real_filename VARCHAR(255) NOT NULL, download_count INT UNSIGNED NOT NULL DEFAULT 0,
  filesize INT UNSIGNED NOT NULL DEFAULT 0, filetime INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO bb_attachments SELECT seq, seq * 3, 1 + seq % 200, 0, 2 + seq % 79, CONCAT('file', seq, '.png'), seq,
  seq * 1000, 1690000200 + seq * 90000 FROM seq_1_to_110;
CREATE TABLE bb_privmsgs (msg_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, author_id INT UNSIGNED NOT NULL DEFAULT 0,
  icon_id INT UNSIGNED NOT NULL DEFAULT 0, author_ip VARCHAR(40) NOT NULL DEFAULT '',
  message_time INT UNSIGNED NOT NULL DEFAULT 0, message_subject VARCHAR(255) NOT NULL,
  message_text MEDIUMTEXT NOT NULL, to_address TEXT NOT NULL);
INSERT INTO bb_privmsgs SELECT seq, 2 + seq % 79, 0, CONCAT('198.51.100.', seq % 250), 1691000000 + seq * 70000,
  'Hello', 'Some text', CONCAT('u_', 2 + seq % 40) FROM seq_1_to_150;
CREATE TABLE bb_privmsgs_to (msg_id INT UNSIGNED NOT NULL DEFAULT 0, user_id INT UNSIGNED NOT NULL DEFAULT 0,
  author_id INT UNSIGNED NOT NULL DEFAULT 0, pm_deleted TINYINT(1) NOT NULL DEFAULT 0,
  pm_new TINYINT(1) NOT NULL DEFAULT 1, folder_id INT NOT NULL DEFAULT 0, KEY (msg_id), KEY (user_id));
INSERT INTO bb_privmsgs_to SELECT seq, 2 + seq % 40, 2 + seq % 79, 0, seq % 2, IF(seq % 3, -1, 0) FROM seq_1_to_150;
INSERT INTO bb_privmsgs_to SELECT seq * 5, 50 + seq, 2 + seq % 79, 0, 1, 0 FROM seq_1_to_30;
CREATE TABLE bb_poll_options (poll_option_id TINYINT NOT NULL, topic_id INT UNSIGNED NOT NULL,
  poll_option_text TEXT NOT NULL, poll_option_total INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY (topic_id,
  poll_option_id));
INSERT INTO bb_poll_options SELECT o.seq, t.seq * 20, CONCAT('Option ', o.seq), 5 FROM seq_1_to_10 t JOIN seq_1_to_3 o;
CREATE TABLE bb_topics_track (user_id INT UNSIGNED NOT NULL, topic_id INT UNSIGNED NOT NULL,
  forum_id INT UNSIGNED NOT NULL, mark_time INT UNSIGNED NOT NULL, PRIMARY KEY (user_id, topic_id));
INSERT INTO bb_topics_track SELECT 2 + seq % 79, seq, 4 + seq % 9, 1700000000 + seq * 10000 FROM seq_1_to_200;
CREATE TABLE bb_config (config_name VARCHAR(255) PRIMARY KEY, config_value VARCHAR(255) NOT NULL,
  is_dynamic TINYINT(1) NOT NULL DEFAULT 0);
INSERT INTO bb_config SELECT CONCAT('setting_', seq), seq, 0 FROM seq_1_to_70;
CREATE TABLE bb_sessions (session_id CHAR(32) PRIMARY KEY, session_user_id INT UNSIGNED NOT NULL,
  session_forum_id INT UNSIGNED NOT NULL DEFAULT 0, session_last_visit INT UNSIGNED NOT NULL DEFAULT 0,
  session_start INT UNSIGNED NOT NULL DEFAULT 0, session_time INT UNSIGNED NOT NULL DEFAULT 0,
  session_ip VARCHAR(40) NOT NULL, session_browser VARCHAR(150) NOT NULL);
INSERT INTO bb_sessions SELECT MD5(CONCAT('s', seq)), 1 + seq % 80, 0, 1704000000 + seq * 60, 1704000000 + seq * 50,
  1704000000 + seq * 61, CONCAT('203.0.113.', seq % 200), 'Mozilla' FROM seq_1_to_120;
CREATE TABLE bb_search_wordlist (word_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  word_text VARCHAR(255) NOT NULL UNIQUE, word_common TINYINT(1) NOT NULL DEFAULT 0,
  word_count INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO bb_search_wordlist SELECT seq, CONCAT('word', seq), 0, seq FROM seq_1_to_300;
CREATE TABLE bb_search_wordmatch (post_id INT UNSIGNED NOT NULL, word_id INT UNSIGNED NOT NULL,
  title_match TINYINT(1) NOT NULL DEFAULT 0, UNIQUE (word_id, post_id, title_match));
INSERT INTO bb_search_wordmatch SELECT seq, 1 + seq % 300, 0 FROM seq_1_to_600;
CREATE TABLE bb_log (log_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, log_type TINYINT NOT NULL,
  user_id INT UNSIGNED NOT NULL DEFAULT 0, forum_id INT UNSIGNED NOT NULL DEFAULT 0,
  topic_id INT UNSIGNED NOT NULL DEFAULT 0, log_ip VARCHAR(40) NOT NULL, log_time INT NOT NULL,
  log_operation TEXT NOT NULL, log_data MEDIUMTEXT NOT NULL);
INSERT INTO bb_log SELECT seq, seq % 4, 2, 0, 0, '203.0.113.2', 1690000000 + seq * 40000, 'LOG_ADMIN', ''
  FROM seq_1_to_300;
CREATE TABLE bb_migrations (migration_name VARCHAR(191) PRIMARY KEY, migration_depends_on TEXT NOT NULL,
  migration_schema_done TINYINT(1) NOT NULL, migration_start_time INT UNSIGNED NOT NULL DEFAULT 0,
  migration_end_time INT UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO bb_migrations SELECT CONCAT('v', seq), '', 1, 1640000000, 1640000001 FROM seq_1_to_25;
"""

SCHEMA = Schema(
    "forum", "bulletin board with Unix times", SQL,
    kinds="""
    fact                 bb_posts              post_time
    fact                 bb_topics             topic_time
    fact                 bb_attachments        filetime
    fact                 bb_privmsgs           message_time
    dimension            bb_users
    dimension            bb_groups
    dimension            bb_ranks
    dimension            bb_icons
    dimension            bb_forums
    dimension            bb_config
    dimension|left out|fact  bb_poll_options  bb_topics.topic_time|-
    bridge               bb_user_group
    bridge|left out      bb_privmsgs_to
    bridge|excluded      bb_topics_track
    excluded             bb_sessions
    excluded             bb_search_wordlist
    excluded             bb_search_wordmatch
    excluded             bb_log
    excluded             bb_migrations
    """,
    references="""
    bb_posts.forum_id -> bb_forums     guessed
    bb_posts.icon_id -> bb_icons       guessed
    bb_posts.poster_id -> bb_users     optional
    bb_topics.topic_poster -> bb_users  optional
    bb_privmsgs.author_id -> bb_users  optional
    bb_topics.forum_id -> bb_forums    guessed
    bb_topics.icon_id -> bb_icons      guessed
    bb_users.group_id -> bb_groups     guessed
    bb_users.rank_id -> bb_ranks       guessed
    """,
    never="""
    bb_users.user_id -> bb_user_group      parent to its own bridge
    bb_groups.group_id -> bb_user_group    parent to its own bridge
    bb_users.user_id -> bb_topics_track    parent to its own bridge
    bb_sessions.session_id -> bb_users     a column of no reference
    """,
    secrets="""
    bb_users.user_password
    bb_users.user_form_salt
    bb_users.user_actkey
    bb_forums.forum_password
    """,
    persons="""
    bb_users.user_email
    bb_users.user_ip
    bb_users.user_birthday
    bb_posts.poster_ip
    bb_privmsgs.author_ip
    """)
