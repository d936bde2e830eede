-- The tables of Health Connect's export that matter here, and one that does not, as Android declares them.
CREATE TABLE android_metadata (locale TEXT);
CREATE TABLE application_info_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, package_name TEXT NOT NULL UNIQUE, app_name TEXT, app_icon BLOB, record_types_used TEXT);
CREATE TABLE device_info_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, manufacturer TEXT, model TEXT, device_type INTEGER);
CREATE TABLE weight_record_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB UNIQUE NOT NULL, last_modified_time INTEGER, client_record_id TEXT, client_record_version TEXT, device_info_id INTEGER, app_info_id INTEGER, recording_method INTEGER, dedupe_hash BLOB UNIQUE, time INTEGER, zone_offset INTEGER, local_date INTEGER, local_date_time INTEGER, weight REAL, FOREIGN KEY (device_info_id) REFERENCES device_info_table(row_id) ON DELETE CASCADE, FOREIGN KEY (app_info_id) REFERENCES application_info_table(row_id) ON DELETE CASCADE);
CREATE TABLE steps_record_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB, count INTEGER);
INSERT INTO application_info_table (package_name, app_name) VALUES ('com.example.scale', 'Scale'), ('com.example.clinic', 'Clinic');
INSERT INTO weight_record_table (uuid, app_info_id, time, zone_offset, weight) VALUES
    (x'01', 1, 1704435322000, 3600, 71300.0),
    (x'02', 2, 1705040400000, 3600, 70896.5),
    (x'03', 1, 1705658400000, -18000, 70500.0),
    (x'04', 1, 1705740000000, 3600, 1.0),
    (x'05', 1, 'today', 3600, 70000.0),
    (x'06', 1, 1705750000000, 3600, 'heavy'),
    (x'07', 1, 1705760000000, 360000, 70000.0);
INSERT INTO steps_record_table (uuid, count) VALUES (x'01', 4000);
