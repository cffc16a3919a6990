"""Countries by the names that questions and articles use for them: "American" and "the US" are the United States."""

_NATIONS = """
usa: usa america american americans
uk: uk britain british briton britons
eu: eu
un: un
russia: russian russians
syria: syrian syrians
china: chinese
france: french frenchman frenchmen
germany: german germans
italy: italian italians
spain: spanish spaniard spaniards
portugal: portuguese
poland: polish pole poles
greece: greek greeks
turkey: turkish turk turks türkiye
iran: iranian iranians
iraq: iraqi iraqis
israel: israeli israelis
egypt: egyptian egyptians
india: indian indians
pakistan: pakistani pakistanis
afghanistan: afghan afghans
japan: japanese
korea: korean koreans
vietnam: vietnamese
thailand: thai thais
mexico: mexican mexicans
brazil: brazilian brazilians
argentina: argentine argentinian argentines
canada: canadian canadians
australia: australian australians
ukraine: ukrainian ukrainians
belarus: belarusian belarusians
sweden: swedish swede swedes
norway: norwegian norwegians
denmark: danish dane danes
finland: finnish finn finns
iceland: icelandic icelander icelanders
ireland: irish
scotland: scottish scots scot
wales: welsh
england: english englishman
netherlands: dutch holland
belgium: belgian belgians
austria: austrian austrians
switzerland: swiss
hungary: hungarian hungarians
romania: romanian romanians
bulgaria: bulgarian bulgarians
serbia: serbian serb serbs
croatia: croatian croat croats
lebanon: lebanese
jordan: jordanian jordanians
libya: libyan libyans
tunisia: tunisian tunisians
morocco: moroccan moroccans
algeria: algerian algerians
ethiopia: ethiopian ethiopians
kenya: kenyan kenyans
nigeria: nigerian nigerians
sudan: sudanese
indonesia: indonesian indonesians
philippines: philippine filipino filipinos
cuba: cuban cubans
chile: chilean chileans
peru: peruvian peruvians
colombia: colombian colombians
venezuela: venezuelan venezuelans
europe: european europeans
africa: african africans
asia: asian asians
arabia: arab arabs arabian
kurdistan: kurd kurds kurdish
palestine: palestinian palestinians
"""

#: From each other name of a country, in lower case, to its canonical one.
ONE_NAME = {
    other: nation
    for nation, others in (line.split(": ") for line in _NATIONS.strip().splitlines())
    for other in others.split()
}
