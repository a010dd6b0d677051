"""The administration of users, departments, roles and menus: no facts, `update_time` NULL until the first change, names
instead of ids in `create_by`, many bridges, jobs and logs."""

from .expected import Schema

TIMES = ("create_by VARCHAR(64) DEFAULT '', create_time DATETIME, update_by VARCHAR(64) DEFAULT '', "
         "update_time DATETIME, remark VARCHAR(500)")
SOME = ("'admin', '2023-05-01 09:00:00' + INTERVAL seq HOUR, IF(seq % 7, '', 'admin'), "
        "IF(seq % 7, NULL, '2024-05-01'), ''")

SQL = f"""
CREATE TABLE sys_dept (dept_id BIGINT AUTO_INCREMENT PRIMARY KEY, parent_id BIGINT DEFAULT 0,
  ancestors VARCHAR(50) DEFAULT '', dept_name VARCHAR(30) DEFAULT '', order_num INT DEFAULT 0, leader VARCHAR(20),
  phone VARCHAR(11), email VARCHAR(50), status CHAR(1) DEFAULT '0', del_flag CHAR(1) DEFAULT '0', {TIMES});
INSERT INTO sys_dept SELECT 99 + seq, IF(seq = 1, 0, 100), '0,100', CONCAT('Department ', seq), seq, 'Leader',
  CONCAT('1588888', 1000 + seq), CONCAT('dept', seq, '@corp.example'), '0', '0', {SOME} FROM seq_1_to_30;
CREATE TABLE sys_user (user_id BIGINT AUTO_INCREMENT PRIMARY KEY, dept_id BIGINT, user_name VARCHAR(30) NOT NULL,
  nick_name VARCHAR(30) NOT NULL, user_type VARCHAR(2) DEFAULT '00', email VARCHAR(50) DEFAULT '',
  phonenumber VARCHAR(11) DEFAULT '', sex CHAR(1) DEFAULT '0', avatar VARCHAR(100) DEFAULT '',
  password VARCHAR(100) DEFAULT '', status CHAR(1) DEFAULT '0', del_flag CHAR(1) DEFAULT '0',
  login_ip VARCHAR(128) DEFAULT '', login_date DATETIME, pwd_update_date DATETIME, {TIMES});
INSERT INTO sys_user SELECT seq, 100 + seq % 30, CONCAT('user', seq), CONCAT('User ', seq), '00', CONCAT('user', seq,
  '@corp.example'), CONCAT('1391111', 1000 + seq), seq % 3, '', CONCAT('$2a$10$', MD5(CONCAT('r', seq))), '0', '0',
  CONCAT('198.51.100.', seq), '2024-01-01' + INTERVAL seq HOUR, NULL, {SOME} FROM seq_1_to_120;
CREATE TABLE sys_post (post_id BIGINT AUTO_INCREMENT PRIMARY KEY, post_code VARCHAR(64) NOT NULL,
  post_name VARCHAR(50) NOT NULL, post_sort INT NOT NULL, status CHAR(1) NOT NULL, {TIMES});
INSERT INTO sys_post SELECT seq, CONCAT('p', seq), CONCAT('Post ', seq), seq, '0', {SOME} FROM seq_1_to_6;
CREATE TABLE sys_role (role_id BIGINT AUTO_INCREMENT PRIMARY KEY, role_name VARCHAR(30) NOT NULL,
  role_key VARCHAR(100) NOT NULL, role_sort INT NOT NULL, data_scope CHAR(1) DEFAULT '1', status CHAR(1) NOT NULL,
  del_flag CHAR(1) DEFAULT '0', {TIMES});
INSERT INTO sys_role SELECT seq, CONCAT('Role ', seq), CONCAT('role', seq), seq, '1', '0', '0', {SOME} FROM seq_1_to_12;
CREATE TABLE sys_menu (menu_id BIGINT AUTO_INCREMENT PRIMARY KEY, menu_name VARCHAR(50) NOT NULL,
  parent_id BIGINT DEFAULT 0, order_num INT DEFAULT 0, path VARCHAR(200) DEFAULT '', component VARCHAR(255),
  query VARCHAR(255), is_frame INT DEFAULT 1, is_cache INT DEFAULT 0, menu_type CHAR(1) DEFAULT '',
  visible CHAR(1) DEFAULT '0', status CHAR(1) DEFAULT '0', perms VARCHAR(100), icon VARCHAR(100) DEFAULT '#', {TIMES});
INSERT INTO sys_menu SELECT seq, CONCAT('Menu ', seq), seq DIV 10, seq, '', NULL, NULL, 1, 0, 'C', '0', '0', NULL,
  '#', {SOME} FROM seq_1_to_80;
CREATE TABLE sys_user_role (user_id BIGINT NOT NULL, role_id BIGINT NOT NULL, PRIMARY KEY (user_id, role_id));
INSERT INTO sys_user_role SELECT seq, 1 + seq % 12 FROM seq_1_to_120;
CREATE TABLE sys_role_menu (role_id BIGINT NOT NULL, menu_id BIGINT NOT NULL, PRIMARY KEY (role_id, menu_id));
INSERT INTO sys_role_menu SELECT r.seq, m.seq FROM seq_2_to_4 r JOIN seq_1_to_80 m;
CREATE TABLE sys_role_dept (role_id BIGINT NOT NULL, dept_id BIGINT NOT NULL, PRIMARY KEY (role_id, dept_id));
INSERT INTO sys_role_dept VALUES (2, 100), (2, 101), (2, 105);
CREATE TABLE sys_user_post (user_id BIGINT NOT NULL, post_id BIGINT NOT NULL, PRIMARY KEY (user_id, post_id));
INSERT INTO sys_user_post SELECT seq, 1 + seq % 6 FROM seq_1_to_120;
CREATE TABLE sys_dict_type (dict_id BIGINT AUTO_INCREMENT PRIMARY KEY, dict_name VARCHAR(100) DEFAULT '',
  dict_type VARCHAR(100) DEFAULT '' UNIQUE, status CHAR(1) DEFAULT '0', {TIMES});
INSERT INTO sys_dict_type SELECT seq, CONCAT('Dictionary ', seq), CONCAT('sys_type_', seq), '0', {SOME}
  FROM seq_1_to_10;
CREATE TABLE sys_dict_data (dict_code BIGINT AUTO_INCREMENT PRIMARY KEY, dict_sort INT DEFAULT 0,
  dict_label VARCHAR(100) DEFAULT '', dict_value VARCHAR(100) DEFAULT '', dict_type VARCHAR(100) DEFAULT '',
  is_default CHAR(1) DEFAULT 'N', status CHAR(1) DEFAULT '0', {TIMES});
INSERT INTO sys_dict_data SELECT seq, seq % 4, CONCAT('Label ', seq), seq % 4, CONCAT('sys_type_', 1 + seq % 10), 'N',
  '0', {SOME} FROM seq_1_to_40;
CREATE TABLE sys_config (config_id INT AUTO_INCREMENT PRIMARY KEY, config_name VARCHAR(100) DEFAULT '',
  config_key VARCHAR(100) DEFAULT '', config_value VARCHAR(500) DEFAULT '', config_type CHAR(1) DEFAULT 'N', {TIMES});
INSERT INTO sys_config SELECT seq, CONCAT('Setting ', seq), CONCAT('sys.key.', seq), seq, 'Y', {SOME} FROM seq_1_to_8;
CREATE TABLE sys_notice (notice_id INT AUTO_INCREMENT PRIMARY KEY, notice_title VARCHAR(50) NOT NULL,
  notice_type CHAR(1) NOT NULL, notice_content LONGBLOB, status CHAR(1) DEFAULT '0', {TIMES});
INSERT INTO sys_notice SELECT seq, CONCAT('Notice ', seq), '1', 'Text', '0', {SOME} FROM seq_1_to_10;
CREATE TABLE sys_oper_log (oper_id BIGINT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(50) DEFAULT '',
  business_type INT DEFAULT 0, method VARCHAR(200) DEFAULT '', oper_name VARCHAR(50) DEFAULT '',
  dept_name VARCHAR(50) DEFAULT '', oper_ip VARCHAR(128) DEFAULT '', oper_param VARCHAR(2000) DEFAULT '',
  status INT DEFAULT 0, oper_time DATETIME, cost_time BIGINT DEFAULT 0, KEY (oper_time));
INSERT INTO sys_oper_log SELECT seq, 'Users', 1, 'add()', 'admin', 'Department 3', '198.51.100.4', '', 0,
  '2024-01-01' + INTERVAL seq HOUR, seq FROM seq_1_to_300;
CREATE TABLE sys_logininfor (info_id BIGINT AUTO_INCREMENT PRIMARY KEY, user_name VARCHAR(50) DEFAULT '',
  ipaddr VARCHAR(128) DEFAULT '', browser VARCHAR(50) DEFAULT '', os VARCHAR(50) DEFAULT '',
  status CHAR(1) DEFAULT '0', msg VARCHAR(255) DEFAULT '', login_time DATETIME, KEY (login_time));
INSERT INTO sys_logininfor SELECT seq, CONCAT('user', seq % 120), '198.51.100.4', 'Firefox', 'Linux', '0', 'ok',
  '2024-01-01' + INTERVAL seq HOUR FROM seq_1_to_300;
CREATE TABLE sys_job (job_id BIGINT AUTO_INCREMENT, job_name VARCHAR(64) DEFAULT '',
  job_group VARCHAR(64) DEFAULT 'DEFAULT', invoke_target VARCHAR(500) NOT NULL,
  cron_expression VARCHAR(255) DEFAULT '', status CHAR(1) DEFAULT '0', {TIMES}, PRIMARY KEY (job_id, job_name,
  job_group));
INSERT INTO sys_job SELECT seq, CONCAT('Job ', seq), 'DEFAULT', 'task.run', '0/10 * * * * ?', '1', {SOME}
  FROM seq_1_to_4;
CREATE TABLE sys_job_log (job_log_id BIGINT AUTO_INCREMENT PRIMARY KEY, job_name VARCHAR(64) NOT NULL,
  job_group VARCHAR(64) NOT NULL, invoke_target VARCHAR(500) NOT NULL, job_message VARCHAR(500),
  status CHAR(1) DEFAULT '0', create_time DATETIME);
INSERT INTO sys_job_log SELECT seq, 'Job 1', 'DEFAULT', 'task.run', 'ok', '0',
  '2024-01-01' + INTERVAL seq HOUR FROM seq_1_to_150;
CREATE TABLE qrtz_job_details (sched_name VARCHAR(120) NOT NULL, job_name VARCHAR(200) NOT NULL,
  job_group VARCHAR(200) NOT NULL, job_class_name VARCHAR(250) NOT NULL, is_durable VARCHAR(1) NOT NULL,
  job_data BLOB, PRIMARY KEY (sched_name, job_name, job_group));
INSERT INTO qrtz_job_details SELECT 'scheduler', CONCAT('TASK_', seq), 'DEFAULT', 'task.Run', '0',
  UNHEX('ACED') FROM seq_1_to_3;
CREATE TABLE qrtz_triggers (sched_name VARCHAR(120) NOT NULL, trigger_name VARCHAR(200) NOT NULL,
  trigger_group VARCHAR(200) NOT NULL, job_name VARCHAR(200) NOT NULL, job_group VARCHAR(200) NOT NULL,
  next_fire_time BIGINT, prev_fire_time BIGINT, trigger_state VARCHAR(16) NOT NULL, start_time BIGINT NOT NULL,
  end_time BIGINT, PRIMARY KEY (sched_name, trigger_name, trigger_group), FOREIGN KEY (sched_name, job_name,
  job_group) REFERENCES qrtz_job_details (sched_name, job_name, job_group));
INSERT INTO qrtz_triggers SELECT 'scheduler', CONCAT('TASK_', seq), 'DEFAULT', CONCAT('TASK_', seq), 'DEFAULT',
  1704067200000 + seq * 60000, -1, 'PAUSED', 1704067200000, 0 FROM seq_1_to_3;
CREATE TABLE qrtz_simple_triggers (sched_name VARCHAR(120) NOT NULL, trigger_name VARCHAR(200) NOT NULL,
  trigger_group VARCHAR(200) NOT NULL, repeat_count BIGINT NOT NULL, repeat_interval BIGINT NOT NULL,
  PRIMARY KEY (sched_name, trigger_name, trigger_group), FOREIGN KEY (sched_name, trigger_name,
  trigger_group) REFERENCES qrtz_triggers (sched_name, trigger_name, trigger_group));
CREATE TABLE qrtz_locks (sched_name VARCHAR(120) NOT NULL, lock_name VARCHAR(40) NOT NULL, PRIMARY KEY (sched_name,
  lock_name));
INSERT INTO qrtz_locks VALUES ('scheduler', 'TRIGGER_ACCESS'), ('scheduler', 'STATE_ACCESS');
"""

SCHEMA = Schema(
    "admin", "users, roles, menus; update_time NULL", SQL,
    kinds="""
    dimension                      sys_dept
    dimension                      sys_user
    dimension                      sys_post
    dimension                      sys_role
    dimension                      sys_menu
    dimension                      sys_dict_type
    dimension                      sys_dict_data
    dimension                      sys_config
    dimension                      sys_notice
    dimension|excluded|left out    sys_job
    bridge                         sys_user_role
    bridge                         sys_role_menu
    bridge                         sys_role_dept
    bridge                         sys_user_post
    excluded                       sys_oper_log
    excluded                       sys_logininfor
    excluded                       sys_job_log
    excluded|left out|dimension    qrtz_job_details
    excluded|left out|dimension    qrtz_triggers
    excluded|left out|dimension    qrtz_simple_triggers
    excluded|left out              qrtz_locks
    """,
    references="""
    sys_user.dept_id -> sys_dept    guessed
    """,
    never="""
    sys_user.user_id -> sys_user_role         parent to its own bridge
    sys_role.role_id -> sys_role_menu         parent to its own bridge
    sys_user.user_id -> sys_user_post         parent to its own bridge
    sys_job_log.job_name -> sys_job           guessed key to the wrong table
    sys_user.user_type -> sys_dict_type       a column of no reference
    sys_oper_log.status -> sys_user           a column of no reference
    """,
    secrets="""
    sys_user.password
    """,
    persons="""
    sys_user.email
    sys_user.phonenumber
    sys_user.login_ip
    sys_dept.phone
    sys_dept.email
    """)
