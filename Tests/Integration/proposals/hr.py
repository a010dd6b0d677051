"""Employees and their histories: salaries, titles and departments from a date to a date, 9999-01-01 while it holds."""

from .expected import Schema

SQL = """
CREATE TABLE employees (emp_no INT PRIMARY KEY, birth_date DATE NOT NULL, first_name VARCHAR(14) NOT NULL,
  last_name VARCHAR(16) NOT NULL, gender ENUM('M', 'F') NOT NULL, hire_date DATE NOT NULL);
INSERT INTO employees SELECT 10000 + seq, '1955-01-01' + INTERVAL seq * 30 DAY, CONCAT('First', seq), CONCAT('Last',
  seq), IF(seq % 2, 'M', 'F'), '1986-06-26' + INTERVAL seq * 11 DAY FROM seq_1_to_200;
CREATE TABLE departments (dept_no CHAR(4) PRIMARY KEY, dept_name VARCHAR(40) NOT NULL UNIQUE);
INSERT INTO departments SELECT CONCAT('d', LPAD(seq, 3, '0')), CONCAT('Department ', seq) FROM seq_1_to_9;
CREATE TABLE dept_emp (emp_no INT NOT NULL, dept_no CHAR(4) NOT NULL, from_date DATE NOT NULL, to_date DATE NOT NULL,
  PRIMARY KEY (emp_no, dept_no), FOREIGN KEY (emp_no) REFERENCES employees (emp_no) ON DELETE CASCADE,
  FOREIGN KEY (dept_no) REFERENCES departments (dept_no) ON DELETE CASCADE);
INSERT INTO dept_emp SELECT 10000 + seq, CONCAT('d', LPAD(1 + seq % 9, 3, '0')), '1986-06-26' + INTERVAL seq * 11 DAY,
  '9999-01-01' FROM seq_1_to_200;
CREATE TABLE dept_manager (emp_no INT NOT NULL, dept_no CHAR(4) NOT NULL, from_date DATE NOT NULL,
  to_date DATE NOT NULL, PRIMARY KEY (emp_no, dept_no), FOREIGN KEY (emp_no) REFERENCES employees (emp_no),
  FOREIGN KEY (dept_no) REFERENCES departments (dept_no));
INSERT INTO dept_manager SELECT 10000 + seq * 10, CONCAT('d', LPAD(seq, 3, '0')),
  '1990-01-01' + INTERVAL seq * 99 DAY, '9999-01-01' FROM seq_1_to_9;
CREATE TABLE titles (emp_no INT NOT NULL, title VARCHAR(50) NOT NULL, from_date DATE NOT NULL, to_date DATE,
  PRIMARY KEY (emp_no, title, from_date), FOREIGN KEY (emp_no) REFERENCES employees (emp_no));
INSERT INTO titles SELECT 10000 + e.seq, ELT(t.seq, 'Engineer', 'Senior engineer'),
  '1986-06-26' + INTERVAL e.seq * 11 + t.seq * 1500 DAY, IF(t.seq = 2, '9999-01-01',
  '1986-06-26' + INTERVAL e.seq * 11 + 3000 DAY) FROM seq_1_to_200 e JOIN seq_1_to_2 t;
CREATE TABLE salaries (emp_no INT NOT NULL, salary INT NOT NULL, from_date DATE NOT NULL, to_date DATE NOT NULL,
  PRIMARY KEY (emp_no, from_date), FOREIGN KEY (emp_no) REFERENCES employees (emp_no));
INSERT INTO salaries SELECT 10000 + e.seq, 40000 + s.seq * 900 + e.seq,
  '1986-06-26' + INTERVAL e.seq * 11 + s.seq * 365 DAY, IF(s.seq = 5, '9999-01-01',
  '1986-06-26' + INTERVAL e.seq * 11 + s.seq * 365 + 365 DAY) FROM seq_1_to_200 e JOIN seq_1_to_5 s;
"""

SCHEMA = Schema(
    "hr", "histories from a date to a date", SQL,
    kinds="""
    fact                           salaries       from_date
    fact|dimension|left out        titles         from_date
    bridge|fact                    dept_emp       from_date
    bridge|fact                    dept_manager   from_date
    dimension                      employees
    dimension                      departments
    """,
    references="""
    salaries.emp_no -> employees       declared
    """,
    never="""
    employees.emp_no -> dept_emp       parent to its own bridge
    employees.emp_no -> salaries       guessed key to the wrong table
    departments.dept_no -> dept_emp    parent to its own bridge
    departments.dept_no -> dept_manager  parent to its own bridge
    employees.emp_no -> dept_manager   parent to its own bridge
    """,
    persons="""
    employees.birth_date
    """)
