window.fromFile = 2;
