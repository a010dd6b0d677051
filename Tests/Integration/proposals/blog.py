"""A blog: posts of many types in one table, comments, options, metadata in rows, terms and their relationships."""

from .expected import Schema

SQL = """
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE TABLE wp_users (ID BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, user_login VARCHAR(60) NOT NULL DEFAULT '',
  user_pass VARCHAR(255) NOT NULL DEFAULT '', user_nicename VARCHAR(50) NOT NULL DEFAULT '',
  user_email VARCHAR(100) NOT NULL DEFAULT '', user_url VARCHAR(100) NOT NULL DEFAULT '',
  user_registered DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  user_activation_key VARCHAR(255) NOT NULL DEFAULT '', user_status INT NOT NULL DEFAULT 0,
  display_name VARCHAR(250) NOT NULL DEFAULT '');
INSERT INTO wp_users SELECT seq, CONCAT('writer', seq), CONCAT('$P$B', MD5(CONCAT('w', seq))), CONCAT('writer-', seq),
  CONCAT('writer', seq, '@blog.example'), '', '2020-01-01 12:00:00' + INTERVAL seq * 20 DAY,
  IF(seq % 5, '', CONCAT('1700000000:$P$B', MD5(CONCAT('k', seq)))), 0, CONCAT('Writer ',
  seq) FROM seq_1_to_25;
CREATE TABLE wp_usermeta (umeta_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  user_id BIGINT UNSIGNED NOT NULL DEFAULT 0, meta_key VARCHAR(255), meta_value LONGTEXT, KEY (user_id),
  KEY (meta_key(191)));
INSERT INTO wp_usermeta SELECT NULL, u.seq, ELT(k.seq, 'nickname', 'rich_editing', 'locale'), 'x'
  FROM seq_1_to_25 u JOIN seq_1_to_3 k;
CREATE TABLE wp_posts (ID BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, post_author BIGINT UNSIGNED NOT NULL DEFAULT 0,
  post_date DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  post_date_gmt DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', post_content LONGTEXT NOT NULL,
  post_title TEXT NOT NULL, post_status VARCHAR(20) NOT NULL DEFAULT 'publish',
  comment_status VARCHAR(20) NOT NULL DEFAULT 'open', post_password VARCHAR(255) NOT NULL DEFAULT '',
  post_name VARCHAR(200) NOT NULL DEFAULT '', post_modified DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  post_modified_gmt DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', post_parent BIGINT UNSIGNED NOT NULL DEFAULT 0,
  guid VARCHAR(255) NOT NULL DEFAULT '', menu_order INT NOT NULL DEFAULT 0,
  post_type VARCHAR(20) NOT NULL DEFAULT 'post', post_mime_type VARCHAR(100) NOT NULL DEFAULT '',
  comment_count BIGINT NOT NULL DEFAULT 0, KEY type_status_date (post_type, post_status, post_date, ID));
INSERT INTO wp_posts SELECT seq, 1 + seq % 25, '2021-02-03 10:00:00' + INTERVAL seq * 4 DAY, IF(seq % 15,
  '2021-02-03 09:00:00' + INTERVAL seq * 4 DAY, '0000-00-00'), 'Text', CONCAT('Post ', seq), IF(seq % 15, 'publish',
  'draft'), 'open', IF(seq % 50, '', CONCAT('reader-key-', seq)), CONCAT('post-', seq),
  '2021-02-04 10:00:00' + INTERVAL seq * 4 DAY, '2021-02-04 10:00:00' + INTERVAL seq * 4 DAY, IF(seq % 4, 0, seq - 1),
  CONCAT('http://blog.example/?p=', seq), 0, ELT(1 + seq % 3, 'post', 'page', 'attachment'), '', seq % 4
  FROM seq_1_to_260;
CREATE TABLE wp_postmeta (meta_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  post_id BIGINT UNSIGNED NOT NULL DEFAULT 0, meta_key VARCHAR(255), meta_value LONGTEXT, KEY (post_id),
  KEY (meta_key(191)));
INSERT INTO wp_postmeta SELECT seq, 1 + seq % 260, ELT(1 + seq % 3, '_edit_lock', '_thumbnail_id',
  '_wp_attached_file'), seq FROM seq_1_to_400;
CREATE TABLE wp_comments (comment_ID BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  comment_post_ID BIGINT UNSIGNED NOT NULL DEFAULT 0, comment_author TINYTEXT NOT NULL,
  comment_author_email VARCHAR(100) NOT NULL DEFAULT '', comment_author_url VARCHAR(200) NOT NULL DEFAULT '',
  comment_author_IP VARCHAR(100) NOT NULL DEFAULT '', comment_date DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  comment_date_gmt DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', comment_content TEXT NOT NULL,
  comment_karma INT NOT NULL DEFAULT 0, comment_approved VARCHAR(20) NOT NULL DEFAULT '1',
  comment_agent VARCHAR(255) NOT NULL DEFAULT '', comment_type VARCHAR(20) NOT NULL DEFAULT 'comment',
  comment_parent BIGINT UNSIGNED NOT NULL DEFAULT 0, user_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
  KEY (comment_post_ID), KEY (comment_date_gmt));
INSERT INTO wp_comments SELECT seq, 1 + seq % 260, CONCAT('Reader ', seq), CONCAT('reader', seq, '@mail.example'), '',
  CONCAT('203.0.113.', seq % 250), '2021-03-01 20:00:00' + INTERVAL seq * 2 DAY,
  '2021-03-01 19:00:00' + INTERVAL seq * 2 DAY, 'Nice', 0, '1', 'Mozilla', 'comment', IF(seq % 5, 0, seq - 1),
  IF(seq % 3, 0, 1 + seq % 25) FROM seq_1_to_420;
CREATE TABLE wp_commentmeta (meta_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  comment_id BIGINT UNSIGNED NOT NULL DEFAULT 0, meta_key VARCHAR(255), meta_value LONGTEXT, KEY (comment_id));
CREATE TABLE wp_terms (term_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(200) NOT NULL DEFAULT '',
  slug VARCHAR(200) NOT NULL DEFAULT '', term_group BIGINT NOT NULL DEFAULT 0);
INSERT INTO wp_terms SELECT seq, CONCAT('Term ', seq), CONCAT('term-', seq), 0 FROM seq_1_to_40;
CREATE TABLE wp_term_taxonomy (term_taxonomy_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  term_id BIGINT UNSIGNED NOT NULL DEFAULT 0, taxonomy VARCHAR(32) NOT NULL DEFAULT '', description LONGTEXT NOT NULL,
  parent BIGINT UNSIGNED NOT NULL DEFAULT 0, count BIGINT NOT NULL DEFAULT 0, UNIQUE (term_id, taxonomy));
INSERT INTO wp_term_taxonomy SELECT seq, seq, IF(seq % 2, 'category', 'post_tag'), '', 0, 3 FROM seq_1_to_40;
CREATE TABLE wp_term_relationships (object_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
  term_taxonomy_id BIGINT UNSIGNED NOT NULL DEFAULT 0, term_order INT NOT NULL DEFAULT 0, PRIMARY KEY (object_id,
  term_taxonomy_id));
INSERT INTO wp_term_relationships SELECT seq, 1 + seq % 40, 0 FROM seq_1_to_260;
CREATE TABLE wp_options (option_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  option_name VARCHAR(191) NOT NULL DEFAULT '' UNIQUE, option_value LONGTEXT NOT NULL,
  autoload VARCHAR(20) NOT NULL DEFAULT 'yes');
INSERT INTO wp_options SELECT seq, CONCAT('option_', seq), seq, IF(seq % 2, 'yes', 'no') FROM seq_1_to_150;
CREATE TABLE wp_links (link_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, link_url VARCHAR(255) NOT NULL DEFAULT '',
  link_name VARCHAR(255) NOT NULL DEFAULT '', link_owner BIGINT UNSIGNED NOT NULL DEFAULT 1,
  link_updated DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00');
CREATE TABLE wp_actionscheduler_actions (action_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  hook VARCHAR(191) NOT NULL, status VARCHAR(20) NOT NULL, scheduled_date_gmt DATETIME DEFAULT '0000-00-00 00:00:00',
  args VARCHAR(191), attempts INT NOT NULL DEFAULT 0, last_attempt_gmt DATETIME DEFAULT '0000-00-00 00:00:00');
INSERT INTO wp_actionscheduler_actions SELECT seq, 'run_cleanup', 'complete', '2023-01-01' + INTERVAL seq HOUR, '[]',
  1, '2023-01-01' + INTERVAL seq HOUR FROM seq_1_to_90;
CREATE TABLE wp_actionscheduler_logs (log_id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  action_id BIGINT UNSIGNED NOT NULL, message TEXT NOT NULL, log_date_gmt DATETIME DEFAULT '0000-00-00 00:00:00');
INSERT INTO wp_actionscheduler_logs SELECT seq, 1 + seq % 90, 'action complete',
  '2023-01-01' + INTERVAL seq HOUR FROM seq_1_to_270;
"""

SCHEMA = Schema(
    "blog", "posts, comments, metadata in rows", SQL,
    kinds="""
    fact|dimension                wp_posts               post_date
    fact                          wp_comments            comment_date|comment_date_gmt
    dimension                     wp_users
    dimension                     wp_terms
    dimension                     wp_term_taxonomy
    dimension                     wp_options
    dimension|left out|bridge     wp_postmeta
    dimension|left out|bridge     wp_usermeta
    dimension|left out|bridge     wp_commentmeta
    dimension|left out            wp_links
    bridge                        wp_term_relationships
    excluded|left out             wp_actionscheduler_actions
    excluded                      wp_actionscheduler_logs
    """,
    references="""
    wp_comments.user_id -> wp_users           guessed
    wp_posts.post_author -> wp_users          optional
    wp_term_taxonomy.term_id -> wp_terms      guessed
    """,
    never="""
    wp_term_taxonomy.term_taxonomy_id -> wp_term_relationships   parent to its own bridge
    wp_postmeta.meta_id -> wp_commentmeta     guessed key to the wrong table
    wp_commentmeta.meta_id -> wp_postmeta     guessed key to the wrong table
    wp_comments.comment_ID -> wp_commentmeta  empty parent
    """,
    secrets="""
    wp_users.user_pass
    wp_users.user_activation_key
    wp_posts.post_password
    """,
    persons="""
    wp_users.user_email
    wp_comments.comment_author_email
    wp_comments.comment_author_IP
    """)
