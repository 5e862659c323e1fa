// Makes pages better; without it they are whole.
