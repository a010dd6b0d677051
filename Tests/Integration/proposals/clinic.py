"""A clinic: patients with birth dates and national numbers, appointments, visits, prescriptions, results, invoices and
payments. Codes as keys; '' where there is no insurer, and codes in small letters or with a blank behind them, which
the server takes for the same; dates in the future (appointments) that are right."""

from .expected import Schema

SQL = """
CREATE TABLE departments (department_code CHAR(4) PRIMARY KEY, department_name VARCHAR(60) NOT NULL, floor TINYINT);
INSERT INTO departments VALUES ('CARD', 'Cardiology', 2), ('DERM', 'Dermatology', 1), ('GENP', 'General practice', 0),
  ('ORTH', 'Orthopaedics', 3);
CREATE TABLE doctors (doctor_id INT AUTO_INCREMENT PRIMARY KEY, full_name VARCHAR(80) NOT NULL,
  department_code CHAR(4) NOT NULL, licence_no VARCHAR(20) UNIQUE, hired_on DATE NOT NULL, date_of_birth DATE,
  phone VARCHAR(30), FOREIGN KEY (department_code) REFERENCES departments (department_code));
INSERT INTO doctors SELECT seq, CONCAT('Doctor ', seq), ELT(1 + seq % 4, 'CARD', 'DERM', 'GENP', 'ORTH'),
  CONCAT('LIC', 1000 + seq), '2010-01-01' + INTERVAL seq * 100 DAY, '1970-05-05' + INTERVAL seq * 200 DAY,
  CONCAT('020-77', 1000 + seq) FROM seq_1_to_14;
CREATE TABLE insurers (insurer_code VARCHAR(10) PRIMARY KEY, insurer_name VARCHAR(80) NOT NULL,
  contact_email VARCHAR(80));
INSERT INTO insurers SELECT CONCAT('INS', seq), CONCAT('Insurer ', seq), CONCAT('claims', seq,
  '@insurer.example') FROM seq_1_to_7;
CREATE TABLE patients (patient_id INT AUTO_INCREMENT PRIMARY KEY, record_no VARCHAR(12) NOT NULL UNIQUE,
  first_name VARCHAR(50) NOT NULL, last_name VARCHAR(50) NOT NULL, birth_date DATE NOT NULL, sex ENUM('F', 'M',
  'X') NOT NULL, blood_group VARCHAR(3), national_id VARCHAR(15), phone VARCHAR(30), email VARCHAR(80),
  street VARCHAR(100), city VARCHAR(50), insurer_code VARCHAR(10) NOT NULL DEFAULT '',
  registered_at DATETIME NOT NULL, deceased_on DATE);
INSERT INTO patients SELECT seq, CONCAT('R', LPAD(seq, 6, '0')), CONCAT('First', seq), CONCAT('Last', seq),
  '1940-01-01' + INTERVAL seq * 150 DAY, ELT(1 + seq % 3, 'F', 'M', 'X'), 'A+', CONCAT('8501', 10000000 + seq),
  CONCAT('0655-', 330000 + seq), CONCAT('patient', seq, '@clinic.example'), CONCAT('Hospital street ', seq),
  'Utrecht', CASE WHEN seq % 3 = 0 THEN '' WHEN seq % 40 = 1 THEN 'ins2' WHEN seq % 40 = 2 THEN 'INS3 '
  ELSE CONCAT('INS', 1 + seq % 7) END, '2021-01-01 09:00:00' + INTERVAL seq * 4 DAY, NULL
  FROM seq_1_to_150;
CREATE TABLE rooms (room_no VARCHAR(8) PRIMARY KEY, department_code CHAR(4) NOT NULL, beds TINYINT,
  FOREIGN KEY (department_code) REFERENCES departments (department_code));
INSERT INTO rooms SELECT CONCAT('R', 100 + seq), ELT(1 + seq % 4, 'CARD', 'DERM', 'GENP', 'ORTH'), 2 FROM seq_1_to_12;
CREATE TABLE diagnoses (diagnosis_code CHAR(5) PRIMARY KEY, title VARCHAR(120) NOT NULL, chapter VARCHAR(60));
INSERT INTO diagnoses SELECT CONCAT('D', LPAD(seq, 3, '0')), CONCAT('Diagnosis ', seq), 'Chapter' FROM seq_1_to_60;
CREATE TABLE medicines (medicine_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL, strength VARCHAR(20),
  price DECIMAL(8,2) NOT NULL, expiry_date DATE, created_at DATETIME NOT NULL);
INSERT INTO medicines SELECT seq, CONCAT('Medicine ', seq), '10 mg', seq, '2027-01-01' + INTERVAL seq DAY,
  '2021-01-01' + INTERVAL seq DAY FROM seq_1_to_40;
CREATE TABLE appointments (appointment_id INT AUTO_INCREMENT PRIMARY KEY, patient_id INT NOT NULL,
  doctor_id INT NOT NULL, room_no VARCHAR(8), scheduled_at DATETIME NOT NULL, booked_at DATETIME NOT NULL,
  minutes SMALLINT NOT NULL DEFAULT 20, status ENUM('booked', 'kept', 'missed',
  'cancelled') NOT NULL DEFAULT 'booked', FOREIGN KEY (patient_id) REFERENCES patients (patient_id),
  FOREIGN KEY (doctor_id) REFERENCES doctors (doctor_id), FOREIGN KEY (room_no) REFERENCES rooms (room_no));
INSERT INTO appointments SELECT seq, 1 + seq % 150, 1 + seq % 14, IF(seq % 5, CONCAT('R', 101 + seq % 12), NULL),
  '2023-01-10 08:00:00' + INTERVAL seq * 40 HOUR, '2023-01-01 08:00:00' + INTERVAL seq * 40 HOUR, 20, ELT(1 + seq % 4,
  'booked', 'kept', 'missed', 'cancelled') FROM seq_1_to_400;
CREATE TABLE visits (visit_id INT AUTO_INCREMENT PRIMARY KEY, appointment_id INT, patient_id INT NOT NULL,
  doctor_id INT NOT NULL, visit_date DATETIME NOT NULL, diagnosis_code CHAR(5), systolic SMALLINT, notes TEXT,
  FOREIGN KEY (appointment_id) REFERENCES appointments (appointment_id),
  FOREIGN KEY (patient_id) REFERENCES patients (patient_id), FOREIGN KEY (doctor_id) REFERENCES doctors (doctor_id),
  FOREIGN KEY (diagnosis_code) REFERENCES diagnoses (diagnosis_code));
INSERT INTO visits SELECT seq, IF(seq % 4, seq, NULL), 1 + seq % 150, 1 + seq % 14,
  '2023-01-10 08:05:00' + INTERVAL seq * 40 HOUR, IF(seq % 7, CONCAT('D', LPAD(1 + seq % 60, 3, '0')), NULL),
  110 + seq % 40, NULL FROM seq_1_to_350;
CREATE TABLE prescriptions (prescription_id INT AUTO_INCREMENT PRIMARY KEY, visit_id INT NOT NULL,
  medicine_id INT NOT NULL, quantity SMALLINT NOT NULL, dosage VARCHAR(60),
  FOREIGN KEY (visit_id) REFERENCES visits (visit_id), FOREIGN KEY (medicine_id) REFERENCES medicines (medicine_id),
  CHECK (quantity > 0));
INSERT INTO prescriptions SELECT seq, 1 + seq % 350, 1 + seq % 40, 1 + seq % 3, 'twice a day' FROM seq_1_to_500;
CREATE TABLE lab_results (result_id INT AUTO_INCREMENT PRIMARY KEY, patient_id INT NOT NULL,
  test_code VARCHAR(8) NOT NULL, measured_at DATETIME NOT NULL, value DECIMAL(9,3), unit VARCHAR(12));
INSERT INTO lab_results SELECT seq, 1 + seq % 150, ELT(1 + seq % 4, 'HB', 'GLU', 'CRP', 'NA'),
  '2023-02-01 07:00:00' + INTERVAL seq * 30 HOUR, seq % 140 / 7, 'mmol/l' FROM seq_1_to_450;
CREATE TABLE invoices (invoice_id INT AUTO_INCREMENT PRIMARY KEY, invoice_no VARCHAR(16) NOT NULL UNIQUE,
  visit_id INT NOT NULL, patient_id INT NOT NULL, insurer_code VARCHAR(10) NOT NULL DEFAULT '',
  issued_on DATE NOT NULL, due_on DATE NOT NULL, total DECIMAL(10,2) NOT NULL,
  FOREIGN KEY (visit_id) REFERENCES visits (visit_id), FOREIGN KEY (patient_id) REFERENCES patients (patient_id));
INSERT INTO invoices SELECT seq, CONCAT('INV-', 10000 + seq), seq, 1 + seq % 150, IF(seq % 3, CONCAT('INS',
  1 + seq % 7), ''), '2023-01-12' + INTERVAL seq * 40 HOUR, '2023-02-12' + INTERVAL seq * 40 HOUR,
  40 + seq % 60 FROM seq_1_to_340;
CREATE TABLE invoice_items (invoice_id INT NOT NULL, line_no SMALLINT NOT NULL, description VARCHAR(80) NOT NULL,
  amount DECIMAL(10,2) NOT NULL, PRIMARY KEY (invoice_id, line_no),
  FOREIGN KEY (invoice_id) REFERENCES invoices (invoice_id));
INSERT INTO invoice_items SELECT i.seq, l.seq, 'Consultation', 20 FROM seq_1_to_340 i JOIN seq_1_to_2 l;
CREATE TABLE payments (payment_id INT AUTO_INCREMENT PRIMARY KEY, invoice_id INT NOT NULL, paid_at DATETIME NOT NULL,
  amount DECIMAL(10,2) NOT NULL, method VARCHAR(12) NOT NULL, card_number VARCHAR(19),
  FOREIGN KEY (invoice_id) REFERENCES invoices (invoice_id));
INSERT INTO payments SELECT seq, seq, '2023-01-20 10:00:00' + INTERVAL seq * 40 HOUR, 40 + seq % 60, IF(seq % 2,
  'card', 'cash'), IF(seq % 2, CONCAT('411111111111', 1000 + seq), NULL) FROM seq_1_to_310;
CREATE TABLE patient_allergies (patient_id INT NOT NULL, medicine_id INT NOT NULL, PRIMARY KEY (patient_id,
  medicine_id), FOREIGN KEY (patient_id) REFERENCES patients (patient_id),
  FOREIGN KEY (medicine_id) REFERENCES medicines (medicine_id));
INSERT INTO patient_allergies SELECT seq * 3, 1 + seq % 40 FROM seq_1_to_45;
CREATE TABLE audit_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, happened_at TIMESTAMP(3) NOT NULL,
  actor VARCHAR(40) NOT NULL, table_name VARCHAR(64) NOT NULL, row_id INT, change_text TEXT);
INSERT INTO audit_log SELECT seq, '2023-01-01' + INTERVAL seq HOUR, 'clerk', 'patients', 1 + seq % 150, NULL
  FROM seq_1_to_260;
"""

SCHEMA = Schema(
    "clinic", "patients, visits, results, invoices", SQL,
    kinds="""
    fact        appointments        booked_at|scheduled_at
    fact        visits              visit_date
    fact        prescriptions       visits.visit_date
    fact        lab_results         measured_at
    fact        invoices            issued_on
    fact        invoice_items       invoices.issued_on
    fact        payments            paid_at
    dimension   patients
    dimension   doctors
    dimension   departments
    dimension   rooms
    dimension   insurers
    dimension   diagnoses
    dimension   medicines
    bridge      patient_allergies
    excluded    audit_log
    """,
    references="""
    appointments.patient_id -> patients       declared
    appointments.doctor_id -> doctors         declared
    appointments.room_no -> rooms             declared
    visits.patient_id -> patients             declared
    visits.doctor_id -> doctors               declared
    visits.diagnosis_code -> diagnoses        declared
    prescriptions.medicine_id -> medicines    declared
    lab_results.patient_id -> patients        guessed
    invoices.patient_id -> patients           declared
    invoices.insurer_code -> insurers         guessed
    patients.insurer_code -> insurers         guessed
    doctors.department_code -> departments    declared
    rooms.department_code -> departments      declared
    """,
    never="""
    patients.patient_id -> patient_allergies  parent to its own bridge
    audit_log.row_id -> patients              guessed key to the wrong table
    """,
    secrets="""
    payments.card_number
    """,
    persons="""
    patients.birth_date
    patients.phone
    patients.email
    patients.street
    patients.national_id
    doctors.date_of_birth
    doctors.phone
    insurers.contact_email
    """)
