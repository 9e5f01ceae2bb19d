"""WHERE: district sites and the CMSs they run on, as data; addresses made canonical."""
