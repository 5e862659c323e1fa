DROP TABLE presence;
DROP TABLE rating;
DROP TABLE saved_view;
DROP TABLE password_reset;
DROP TABLE web_session;
