window.order?.push("file");
