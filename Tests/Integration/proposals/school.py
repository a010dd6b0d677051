"""A learning platform: every table has an `id`, times are Unix seconds in BIGINT, 0 for never, references are called
`userid` or `course`, nothing is declared, several logs."""

from .expected import Schema

SQL = """
CREATE TABLE mdl_course_categories (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '',
  parent BIGINT NOT NULL DEFAULT 0, sortorder BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_course_categories SELECT seq, CONCAT('Faculty ', seq), 0, seq, 1672531200 FROM seq_1_to_6;
CREATE TABLE mdl_course (id BIGINT AUTO_INCREMENT PRIMARY KEY, category BIGINT NOT NULL DEFAULT 0,
  fullname VARCHAR(254) NOT NULL DEFAULT '', shortname VARCHAR(255) NOT NULL DEFAULT '',
  startdate BIGINT NOT NULL DEFAULT 0, enddate BIGINT NOT NULL DEFAULT 0, visible TINYINT(1) NOT NULL DEFAULT 1,
  timecreated BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_course SELECT seq, 1 + seq % 6, CONCAT('Course ', seq), CONCAT('C', seq), 1672531200 + seq * 86400,
  IF(seq % 3, 0, 1704067200), 1, 1672000000 + seq * 86400, 1680000000 FROM seq_1_to_24;
CREATE TABLE mdl_user (id BIGINT AUTO_INCREMENT PRIMARY KEY, auth VARCHAR(20) NOT NULL DEFAULT 'manual',
  confirmed TINYINT(1) NOT NULL DEFAULT 0, deleted TINYINT(1) NOT NULL DEFAULT 0,
  username VARCHAR(100) NOT NULL DEFAULT '', password VARCHAR(255) NOT NULL DEFAULT '',
  idnumber VARCHAR(255) NOT NULL DEFAULT '', firstname VARCHAR(100) NOT NULL DEFAULT '',
  lastname VARCHAR(100) NOT NULL DEFAULT '', email VARCHAR(100) NOT NULL DEFAULT '',
  phone1 VARCHAR(20) NOT NULL DEFAULT '', address VARCHAR(255) NOT NULL DEFAULT '',
  city VARCHAR(120) NOT NULL DEFAULT '', country VARCHAR(2) NOT NULL DEFAULT '',
  firstaccess BIGINT NOT NULL DEFAULT 0, lastaccess BIGINT NOT NULL DEFAULT 0, lastlogin BIGINT NOT NULL DEFAULT 0,
  lastip VARCHAR(45) NOT NULL DEFAULT '', secret VARCHAR(15) NOT NULL DEFAULT '',
  timecreated BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_user SELECT seq, 'manual', 1, 0, CONCAT('student', seq), CONCAT('$2y$10$', MD5(CONCAT('s', seq))), '',
  CONCAT('First', seq), CONCAT('Last', seq), CONCAT('student', seq, '@school.example'), CONCAT('030-', 990000 + seq),
  CONCAT('School lane ', seq), 'Berlin', 'DE', 1672600000 + seq * 3600, 1690000000 + seq, 1690000000 + seq,
  CONCAT('203.0.113.', seq), LEFT(MD5(CONCAT('x', seq)), 15), 1672500000 + seq * 7200, 1680000000 + seq
  FROM seq_1_to_110;
CREATE TABLE mdl_enrol (id BIGINT AUTO_INCREMENT PRIMARY KEY, enrol VARCHAR(20) NOT NULL DEFAULT '',
  status BIGINT NOT NULL DEFAULT 0, courseid BIGINT NOT NULL, sortorder BIGINT NOT NULL DEFAULT 0,
  enrolperiod BIGINT DEFAULT 0, enrolstartdate BIGINT DEFAULT 0, enrolenddate BIGINT DEFAULT 0, password VARCHAR(50),
  cost VARCHAR(20), timecreated BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_enrol SELECT seq, IF(seq % 2, 'manual', 'self'), 0, 1 + seq % 24, 0, 0, 0, 0, IF(seq % 2, NULL,
  CONCAT('enrol-key-', seq)), NULL, 1672000000 + seq * 50000, 1672000000 + seq * 50000 FROM seq_1_to_48;
CREATE TABLE mdl_user_enrolments (id BIGINT AUTO_INCREMENT PRIMARY KEY, status BIGINT NOT NULL DEFAULT 0,
  enrolid BIGINT NOT NULL, userid BIGINT NOT NULL, timestart BIGINT NOT NULL DEFAULT 0,
  timeend BIGINT NOT NULL DEFAULT 0, modifierid BIGINT NOT NULL DEFAULT 0, timecreated BIGINT NOT NULL DEFAULT 0,
  timemodified BIGINT NOT NULL DEFAULT 0, UNIQUE (enrolid, userid));
INSERT INTO mdl_user_enrolments SELECT NULL, 0, 1 + (u.seq + e.seq * 7) % 48, u.seq, 0, 0, 2,
  1673000000 + u.seq * 86400 + e.seq * 3600, 1673000000 + u.seq * 86400 FROM seq_1_to_110 u JOIN seq_1_to_3 e;
CREATE TABLE mdl_grade_items (id BIGINT AUTO_INCREMENT PRIMARY KEY, courseid BIGINT, itemname VARCHAR(255),
  itemtype VARCHAR(30) NOT NULL DEFAULT '', grademax DECIMAL(10,5) NOT NULL DEFAULT 100,
  grademin DECIMAL(10,5) NOT NULL DEFAULT 0, hidden BIGINT NOT NULL DEFAULT 0, timecreated BIGINT, timemodified BIGINT);
INSERT INTO mdl_grade_items SELECT seq, 1 + seq % 24, CONCAT('Item ', seq), 'mod', 100, 0, 0, 1673000000 + seq * 1000,
  1673000000 FROM seq_1_to_60;
CREATE TABLE mdl_grade_grades (id BIGINT AUTO_INCREMENT PRIMARY KEY, itemid BIGINT NOT NULL, userid BIGINT NOT NULL,
  rawgrade DECIMAL(10,5), finalgrade DECIMAL(10,5), hidden BIGINT NOT NULL DEFAULT 0, feedback LONGTEXT,
  timecreated BIGINT, timemodified BIGINT, UNIQUE (userid, itemid));
INSERT INTO mdl_grade_grades SELECT NULL, 1 + (u.seq + i.seq * 11) % 60, u.seq, IF(u.seq % 3, 50 + u.seq % 50, NULL),
  IF(u.seq % 3, 50 + u.seq % 50, NULL), 0, NULL, IF(u.seq % 3, 1680000000 + u.seq * 9000, NULL), IF(u.seq % 3,
  1680000500 + u.seq * 9000, NULL) FROM seq_1_to_110 u JOIN seq_1_to_4 i;
CREATE TABLE mdl_assign (id BIGINT AUTO_INCREMENT PRIMARY KEY, course BIGINT NOT NULL DEFAULT 0,
  name VARCHAR(255) NOT NULL DEFAULT '', duedate BIGINT NOT NULL DEFAULT 0,
  allowsubmissionsfromdate BIGINT NOT NULL DEFAULT 0, grade BIGINT NOT NULL DEFAULT 0,
  timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_assign SELECT seq, 1 + seq % 24, CONCAT('Assignment ', seq), 1685000000 + seq * 86400, 0, 100,
  1672600000 FROM seq_1_to_30;
CREATE TABLE mdl_assign_submission (id BIGINT AUTO_INCREMENT PRIMARY KEY, assignment BIGINT NOT NULL DEFAULT 0,
  userid BIGINT NOT NULL DEFAULT 0, timecreated BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0,
  status VARCHAR(10), groupid BIGINT NOT NULL DEFAULT 0, attemptnumber BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_assign_submission SELECT seq, 1 + seq % 30, 1 + seq % 110, 1680000000 + seq * 30000,
  1680000100 + seq * 30000, 'submitted', IF(seq % 4, 0, 1 + seq % 10), 0 FROM seq_1_to_320;
CREATE TABLE mdl_quiz (id BIGINT AUTO_INCREMENT PRIMARY KEY, course BIGINT NOT NULL DEFAULT 0,
  name VARCHAR(255) NOT NULL DEFAULT '', timeopen BIGINT NOT NULL DEFAULT 0, timeclose BIGINT NOT NULL DEFAULT 0,
  sumgrades DECIMAL(10,5) NOT NULL DEFAULT 0, password VARCHAR(255) NOT NULL DEFAULT '',
  timecreated BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_quiz SELECT seq, 1 + seq % 24, CONCAT('Quiz ', seq), 0, 0, 10, IF(seq % 5, '', CONCAT('quiz-key-',
  seq)), 1673000000 + seq * 86400, 1673000000 FROM seq_1_to_20;
CREATE TABLE mdl_quiz_attempts (id BIGINT AUTO_INCREMENT PRIMARY KEY, quiz BIGINT NOT NULL DEFAULT 0,
  userid BIGINT NOT NULL DEFAULT 0, attempt MEDIUMINT NOT NULL DEFAULT 0,
  state VARCHAR(16) NOT NULL DEFAULT 'inprogress', timestart BIGINT NOT NULL DEFAULT 0,
  timefinish BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0, sumgrades DECIMAL(10,5));
INSERT INTO mdl_quiz_attempts SELECT seq, 1 + seq % 20, 1 + seq % 110, 1, 'finished', 1682000000 + seq * 40000,
  IF(seq % 9, 1682001000 + seq * 40000, 0), 1682001000 + seq * 40000, seq % 10 FROM seq_1_to_300;
CREATE TABLE mdl_forum_posts (id BIGINT AUTO_INCREMENT PRIMARY KEY, discussion BIGINT NOT NULL DEFAULT 0,
  parent BIGINT NOT NULL DEFAULT 0, userid BIGINT NOT NULL DEFAULT 0, created BIGINT NOT NULL DEFAULT 0,
  modified BIGINT NOT NULL DEFAULT 0, subject VARCHAR(255) NOT NULL DEFAULT '', message LONGTEXT NOT NULL,
  wordcount BIGINT);
INSERT INTO mdl_forum_posts SELECT seq, 1 + seq % 40, IF(seq % 4, seq - 1, 0), 1 + seq % 110,
  1681000000 + seq * 50000, 1681000000 + seq * 50000, 'Subject', 'Text', seq % 90 FROM seq_1_to_280;
CREATE TABLE mdl_groups (id BIGINT AUTO_INCREMENT PRIMARY KEY, courseid BIGINT NOT NULL,
  name VARCHAR(254) NOT NULL DEFAULT '', enrolmentkey VARCHAR(50), timecreated BIGINT NOT NULL DEFAULT 0,
  timemodified BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_groups SELECT seq, 1 + seq % 24, CONCAT('Group ', seq), NULL, 1673000000, 1673000000 FROM seq_1_to_10;
CREATE TABLE mdl_groups_members (id BIGINT AUTO_INCREMENT PRIMARY KEY, groupid BIGINT NOT NULL DEFAULT 0,
  userid BIGINT NOT NULL DEFAULT 0, timeadded BIGINT NOT NULL DEFAULT 0, UNIQUE (userid, groupid));
INSERT INTO mdl_groups_members SELECT seq, 1 + seq % 10, seq, 1674000000 + seq * 60 FROM seq_1_to_110;
CREATE TABLE mdl_role (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '',
  shortname VARCHAR(100) NOT NULL DEFAULT '', archetype VARCHAR(30) NOT NULL DEFAULT '');
INSERT INTO mdl_role SELECT seq, CONCAT('Role ', seq), CONCAT('r', seq), '' FROM seq_1_to_8;
CREATE TABLE mdl_role_assignments (id BIGINT AUTO_INCREMENT PRIMARY KEY, roleid BIGINT NOT NULL DEFAULT 0,
  contextid BIGINT NOT NULL DEFAULT 0, userid BIGINT NOT NULL DEFAULT 0, timemodified BIGINT NOT NULL DEFAULT 0,
  modifierid BIGINT NOT NULL DEFAULT 0);
INSERT INTO mdl_role_assignments SELECT seq, 1 + seq % 8, 1 + seq % 24, 1 + seq % 110, 1674000000, 2 FROM seq_1_to_150;
CREATE TABLE mdl_config (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL DEFAULT '' UNIQUE,
  value LONGTEXT NOT NULL);
INSERT INTO mdl_config SELECT seq, CONCAT('setting', seq), seq FROM seq_1_to_90;
CREATE TABLE mdl_config_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, userid BIGINT NOT NULL,
  timemodified BIGINT NOT NULL, plugin VARCHAR(100), name VARCHAR(100) NOT NULL DEFAULT '', value LONGTEXT,
  oldvalue LONGTEXT);
INSERT INTO mdl_config_log SELECT seq, 2, 1672000000 + seq * 60, NULL, CONCAT('setting', seq), seq, NULL
  FROM seq_1_to_120;
CREATE TABLE mdl_logstore_standard_log (id BIGINT AUTO_INCREMENT PRIMARY KEY,
  eventname VARCHAR(255) NOT NULL DEFAULT '', component VARCHAR(100) NOT NULL DEFAULT '',
  action VARCHAR(100) NOT NULL DEFAULT '', contextid BIGINT NOT NULL, userid BIGINT NOT NULL, courseid BIGINT,
  timecreated BIGINT NOT NULL, origin VARCHAR(10), ip VARCHAR(45));
INSERT INTO mdl_logstore_standard_log SELECT seq, 'viewed', 'core', 'viewed', 1, 1 + seq % 110, IF(seq % 3,
  1 + seq % 24, 0), 1680000000 + seq * 3000, 'web', '203.0.113.1' FROM seq_1_to_500;
CREATE TABLE mdl_sessions (id BIGINT AUTO_INCREMENT PRIMARY KEY, state BIGINT NOT NULL DEFAULT 0,
  sid VARCHAR(128) NOT NULL DEFAULT '', userid BIGINT NOT NULL, sessdata LONGTEXT, timecreated BIGINT NOT NULL,
  timemodified BIGINT NOT NULL, firstip VARCHAR(45), lastip VARCHAR(45));
INSERT INTO mdl_sessions SELECT seq, 0, MD5(CONCAT('sid', seq)), 1 + seq % 110, NULL, 1700000000 + seq,
  1700000000 + seq, '203.0.113.1', '203.0.113.1' FROM seq_1_to_40;
CREATE TABLE mdl_cache_flags (id BIGINT AUTO_INCREMENT PRIMARY KEY, flagtype VARCHAR(255) NOT NULL DEFAULT '',
  name VARCHAR(255) NOT NULL DEFAULT '', timemodified BIGINT NOT NULL DEFAULT 0, value LONGTEXT NOT NULL,
  expiry BIGINT NOT NULL);
INSERT INTO mdl_cache_flags SELECT seq, 'accesslib/dirtycontexts', CONCAT('/', seq), 1700000000, '1',
  1700007200 FROM seq_1_to_30;
"""

SCHEMA = Schema(
    "school", "learning platform, Unix times, userid", SQL,
    kinds="""
    fact              mdl_user_enrolments       timecreated
    fact              mdl_grade_grades          timecreated|timemodified|-
    fact              mdl_assign_submission     timecreated
    fact              mdl_quiz_attempts         timestart
    fact              mdl_forum_posts           created
    dimension         mdl_course_categories
    dimension         mdl_course
    dimension         mdl_user
    dimension         mdl_enrol
    dimension         mdl_grade_items
    dimension         mdl_assign
    dimension         mdl_quiz
    dimension         mdl_groups
    dimension         mdl_role
    dimension         mdl_config
    bridge            mdl_groups_members
    bridge            mdl_role_assignments
    excluded          mdl_config_log
    excluded          mdl_logstore_standard_log
    excluded          mdl_sessions
    excluded          mdl_cache_flags
    """,
    references="""
    mdl_user_enrolments.userid -> mdl_user      guessed
    mdl_user_enrolments.enrolid -> mdl_enrol    guessed
    mdl_grade_grades.userid -> mdl_user         guessed
    mdl_assign_submission.userid -> mdl_user    guessed
    mdl_assign_submission.groupid -> mdl_groups  guessed
    mdl_quiz_attempts.userid -> mdl_user        guessed
    mdl_forum_posts.userid -> mdl_user          guessed
    mdl_enrol.courseid -> mdl_course            guessed
    mdl_groups.courseid -> mdl_course           guessed
    mdl_grade_items.courseid -> mdl_course      guessed
    mdl_quiz_attempts.quiz -> mdl_quiz          optional
    mdl_quiz.course -> mdl_course               optional
    mdl_assign.course -> mdl_course             optional
    """,
    never="""
    mdl_user_enrolments.status -> mdl_user      a column of no reference
    mdl_groups.id -> mdl_groups_members         parent to its own bridge
    mdl_user.id -> mdl_user_enrolments          guessed key to the wrong table
    mdl_role.id -> mdl_role_assignments         parent to its own bridge
    mdl_course.id -> mdl_enrol                  guessed key to the wrong table
    """,
    secrets="""
    mdl_user.password
    mdl_user.secret
    mdl_enrol.password
    mdl_quiz.password
    """,
    persons="""
    mdl_user.email
    mdl_user.phone1
    mdl_user.address
    mdl_user.lastip
    """)
