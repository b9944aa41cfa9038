import "./public.js";
