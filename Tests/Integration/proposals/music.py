"""A music store: names in CamelCase, invoices and their lines, a bridge of playlists, employees with dates of birth and
hire."""

from .expected import Schema

SQL = """
CREATE TABLE Artist (ArtistId INT NOT NULL PRIMARY KEY, Name VARCHAR(120));
INSERT INTO Artist SELECT seq, CONCAT('Artist ', seq) FROM seq_1_to_40;
CREATE TABLE Album (AlbumId INT NOT NULL PRIMARY KEY, Title VARCHAR(160) NOT NULL, ArtistId INT NOT NULL,
  CONSTRAINT FK_AlbumArtistId FOREIGN KEY (ArtistId) REFERENCES Artist (ArtistId));
INSERT INTO Album SELECT seq, CONCAT('Album ', seq), 1 + seq % 40 FROM seq_1_to_90;
CREATE TABLE Genre (GenreId INT NOT NULL PRIMARY KEY, Name VARCHAR(120));
INSERT INTO Genre SELECT seq, CONCAT('Genre ', seq) FROM seq_1_to_15;
CREATE TABLE MediaType (MediaTypeId INT NOT NULL PRIMARY KEY, Name VARCHAR(120));
INSERT INTO MediaType VALUES (1, 'MPEG audio file'), (2, 'AAC audio file'), (3, 'MPEG-4 video file');
CREATE TABLE Track (TrackId INT NOT NULL PRIMARY KEY, Name VARCHAR(200) NOT NULL, AlbumId INT,
  MediaTypeId INT NOT NULL, GenreId INT, Composer VARCHAR(220), Milliseconds INT NOT NULL, Bytes INT,
  UnitPrice DECIMAL(10,2) NOT NULL, FOREIGN KEY (AlbumId) REFERENCES Album (AlbumId),
  FOREIGN KEY (GenreId) REFERENCES Genre (GenreId), FOREIGN KEY (MediaTypeId) REFERENCES MediaType (MediaTypeId));
INSERT INTO Track SELECT seq, CONCAT('Track ', seq), 1 + seq % 90, 1 + seq % 3, 1 + seq % 15, NULL, 200000 + seq,
  5000000 + seq, 0.99 FROM seq_1_to_400;
CREATE TABLE Playlist (PlaylistId INT NOT NULL PRIMARY KEY, Name VARCHAR(120));
INSERT INTO Playlist SELECT seq, CONCAT('Playlist ', seq) FROM seq_1_to_10;
CREATE TABLE PlaylistTrack (PlaylistId INT NOT NULL, TrackId INT NOT NULL, PRIMARY KEY (PlaylistId, TrackId),
  FOREIGN KEY (PlaylistId) REFERENCES Playlist (PlaylistId), FOREIGN KEY (TrackId) REFERENCES Track (TrackId));
INSERT INTO PlaylistTrack SELECT 1 + t.seq % 10, t.seq FROM seq_1_to_400 t;
CREATE TABLE Employee (EmployeeId INT NOT NULL PRIMARY KEY, LastName VARCHAR(20) NOT NULL,
  FirstName VARCHAR(20) NOT NULL, Title VARCHAR(30), ReportsTo INT, BirthDate DATETIME, HireDate DATETIME,
  Address VARCHAR(70), City VARCHAR(40), Country VARCHAR(40), Phone VARCHAR(24), Fax VARCHAR(24), Email VARCHAR(60),
  FOREIGN KEY (ReportsTo) REFERENCES Employee (EmployeeId));
INSERT INTO Employee SELECT seq, CONCAT('Last', seq), CONCAT('First', seq), 'Sales agent', IF(seq = 1, NULL, 1),
  '1962-02-18' + INTERVAL seq * 300 DAY, '2012-08-14' + INTERVAL seq * 30 DAY, CONCAT(seq, ' Jasper Avenue'),
  'Edmonton', 'Canada', CONCAT('+1 (780) 428-94', 10 + seq), NULL, CONCAT('agent', seq, '@music.example')
  FROM seq_1_to_8;
CREATE TABLE Customer (CustomerId INT NOT NULL PRIMARY KEY, FirstName VARCHAR(40) NOT NULL,
  LastName VARCHAR(20) NOT NULL, Company VARCHAR(80), Address VARCHAR(70), City VARCHAR(40), Country VARCHAR(40),
  PostalCode VARCHAR(10), Phone VARCHAR(24), Email VARCHAR(60) NOT NULL, SupportRepId INT,
  FOREIGN KEY (SupportRepId) REFERENCES Employee (EmployeeId));
INSERT INTO Customer SELECT seq, CONCAT('First', seq), CONCAT('Last', seq), NULL, CONCAT(seq, ' Music Lane'), 'Praha',
  'Czech Republic', '11000', CONCAT('+420 2 4172 5', 100 + seq), CONCAT('listener', seq, '@music.example'),
  3 + seq % 3 FROM seq_1_to_59;
CREATE TABLE Invoice (InvoiceId INT NOT NULL PRIMARY KEY, CustomerId INT NOT NULL, InvoiceDate DATETIME NOT NULL,
  BillingAddress VARCHAR(70), BillingCity VARCHAR(40), BillingCountry VARCHAR(40), Total DECIMAL(10,2) NOT NULL,
  FOREIGN KEY (CustomerId) REFERENCES Customer (CustomerId));
INSERT INTO Invoice SELECT seq, 1 + seq % 59, '2021-01-01' + INTERVAL seq * 4 DAY, CONCAT(1 + seq % 59,
  ' Music Lane'), 'Praha', 'Czech Republic', 1.98 + seq % 9 FROM seq_1_to_412;
CREATE TABLE InvoiceLine (InvoiceLineId INT NOT NULL PRIMARY KEY, InvoiceId INT NOT NULL, TrackId INT NOT NULL,
  UnitPrice DECIMAL(10,2) NOT NULL, Quantity INT NOT NULL, FOREIGN KEY (InvoiceId) REFERENCES Invoice (InvoiceId),
  FOREIGN KEY (TrackId) REFERENCES Track (TrackId));
INSERT INTO InvoiceLine SELECT seq, 1 + seq % 412, 1 + seq % 400, 0.99, 1 FROM seq_1_to_900;
"""

SCHEMA = Schema(
    "music", "invoices and lines, CamelCase", SQL,
    kinds="""
    fact        Invoice         InvoiceDate
    fact        InvoiceLine     Invoice.InvoiceDate
    dimension   Customer
    dimension   Employee
    dimension   Track
    dimension   Album
    dimension   Artist
    dimension   Genre
    dimension   MediaType
    dimension   Playlist
    bridge      PlaylistTrack
    """,
    references="""
    Invoice.CustomerId -> Customer        declared
    InvoiceLine.TrackId -> Track          declared
    Customer.SupportRepId -> Employee     declared
    Track.AlbumId -> Album                declared
    Track.GenreId -> Genre                declared
    Track.MediaTypeId -> MediaType        declared
    Album.ArtistId -> Artist              declared
    """,
    never="""
    Playlist.PlaylistId -> PlaylistTrack  parent to its own bridge
    Track.TrackId -> PlaylistTrack        parent to its own bridge
    """,
    persons="""
    Customer.Email
    Customer.Phone
    Customer.Address
    Employee.Email
    Employee.Phone
    Employee.Address
    Employee.BirthDate
    Invoice.BillingAddress
    """)
